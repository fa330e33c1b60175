import assert from 'node:assert/strict'
import { it } from 'node:test'
import { html } from '@remix-run/html-template'
import { cachePages } from './page-cache.ts'
import type { Shell } from './shell.ts'
import { testShell } from './testing-markup.ts'

interface List {
  title: string
}

const inProduction = { production: true }

/** Shows lists, and counts how many of them were put together. */
function openLists(config = inProduction) {
  const lists = {
    rendered: 0,
    show(list: List, shell: Partial<Shell> = {}, count = 1): string {
      return String(render({ shell: testShell({ formKey: 'key-0000', ...shell }), list, count }))
    },
  }
  const render = cachePages(
    ({ shell, list, count }: { shell: Shell; list: List; count: number }) => {
      lists.rendered++
      return html`<h1>${shell.parts.account} ${list.title} ${count}</h1>
        <p>
          ${shell.url.search} ${shell.user?.name} ${shell.notices.map(({ text }) => text)}
          ${shell.panel?.body}
        </p>
        <i>${shell.formKey}</i><i>${shell.formKey}</i><i>${shell.mark}</i>`
    },
    config,
  )
  return lists
}

it('puts together once what is shown again and again, with the key of each page in its forms', () => {
  const lists = openLists()
  const list = { title: 'Æsop' }
  const pages = ['key-0001', 'key-0002', 'key-0003', 'key-0004'].map((formKey) => {
    const page = lists.show(list, { formKey })
    assert.equal(page.split(formKey).length, 3, page)
    return page.replaceAll(formKey, '')
  })
  assert.equal(new Set(pages).size, 1)
  assert.match(pages[0]!, /Æsop/)
  assert.equal(lists.rendered, 2, 'the first one was not known to come again')
})

it('gives each visitor a page with their own mark', () => {
  const lists = openLists()
  const list = { title: 'One' }
  for (const mark of ['mark-1', 'mark-2', 'mark-1', undefined, 'mark-3']) {
    const page = lists.show(list, { mark })
    assert.match(page, new RegExp(`<i>${mark ?? ''}</i>$`))
  }
  assert.equal(lists.rendered, 3)
})

it('knows a page by all that it shows, and keeps none for one visitor', () => {
  const lists = openLists()
  const [one, other] = [{ title: 'One' }, { title: 'Other' }]
  for (let round = 0; round < 3; round++) {
    assert.match(lists.show(one), /<h1> One 1</)
    assert.match(lists.show(other), /<h1> Other 1</)
    assert.match(lists.show(one, {}, 2), /<h1> One 2</)
    assert.match(lists.show(one, { url: new URL('http://shop.test/?q') }), /\?q /)
    const parts = { ...testShell().parts, account: [html`<b>3</b>`] }
    assert.match(lists.show(one, { parts }), /<h1><b>3<\/b> One 1</)
    for (const name of ['Ann', 'Bob']) {
      assert.match(lists.show(one, { user: { id: 1, name, role: 'reader' } }), new RegExp(name))
    }
    for (const text of ['Hello', 'Goodbye']) {
      assert.match(lists.show(one, { notices: [{ kind: 'notice', text }] }), new RegExp(text))
    }
    for (const text of ['mine', 'yours']) {
      const panel = { head: html``, body: html`${text}` }
      assert.match(lists.show(one, { panel }), new RegExp(text))
    }
  }
})

it('tells lists apart by their order and their ends', () => {
  const show = cachePages(({ a, b }: { shell: Shell; a: List[]; b: List[] }) => {
    return html`${a.map(({ title }) => title)}|${b.map(({ title }) => title)}`
  }, inProduction)
  const [x, y] = [{ title: 'x' }, { title: 'y' }]
  for (let round = 0; round < 3; round++) {
    for (const [a, b, shown] of [
      [[x, y], [x], 'xy|x'],
      [[x], [y, x], 'x|yx'],
      [[y, x], [x], 'yx|x'],
    ] as const) {
      assert.equal(String(show({ shell: testShell(), a: [...a], b: [...b] })), shown)
    }
  }
})

it('gives pages that nobody else can change, and forgets those that were not shown for longest', () => {
  const shown = { title: 'One' }
  let rendered = 0
  const show = cachePages(
    ({ shell, list }: { shell: Shell; list: List }) =>
      html`${list.title} ${rendered++} ${shell.url.search}`,
    inProduction,
  )
  const page = (path: string) => {
    return show({ shell: testShell({ url: new URL(path, 'http://shop.test') }), list: shown })
  }
  page('/')
  for (let i = 0; i < 3; i++) {
    const body = page('/')
    assert.equal(String(body), 'One 1 ')
    assert.ok(Buffer.isBuffer(body))
    body.fill(0)
  }
  page('/other')
  for (let i = 0; i < 199; i++) {
    page(`/${i}`)
    assert.equal(String(page('/')), 'One 1 ')
  }
  assert.equal(String(page('/other')), 'One 202 ')
})

it('keeps none that somebody made large by a long address', () => {
  const lists = openLists()
  const list = { title: 'One' }
  for (const [length, rendered] of [
    [50_000, 2],
    [100_000, 3],
  ] as const) {
    lists.rendered = 0
    const url = new URL(`http://shop.test/?${'a'.repeat(length)}`)
    for (let i = 0; i < 3; i++) lists.show(list, { url })
    assert.equal(lists.rendered, rendered)
  }
})

it('keeps none in development, where the addresses of style sheets change', () => {
  const lists = openLists({ production: false })
  const list = { title: 'One' }
  for (let i = 0; i < 3; i++) lists.show(list)
  assert.equal(lists.rendered, 3)
})
