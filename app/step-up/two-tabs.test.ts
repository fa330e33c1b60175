import assert from 'node:assert/strict'
import { it } from 'node:test'
import { hiddenFields } from '../testing/passkey-authenticator.ts'
import type { TestBrowser } from '../testing/browser.ts'
import type { TestPage } from '../testing/page.ts'
import { admin, onBothKinds, openTestShop } from '../testing/shop.ts'
import type { ShopOptions, TestShop } from '../testing/shop.ts'

const path = '/admin/books/new'
const lost =
  'What you sent is not kept any more. If it was not done yet, please send the form again.'

/** The form of a new book in two tabs. */
async function twoTabs(open: (options?: ShopOptions) => Promise<TestShop>) {
  const shop = await open()
  const browser = shop.browser()
  await browser.login(admin)
  async function openForm(title: string): Promise<Record<string, string>> {
    const typed = { author: 'Ana Areia', genre: 'Poetry', description: 'Sand, mostly.' }
    const numbers = { price: '12.50', stock: '7', year: '1998', pages: '120' }
    return { ...hiddenFields(await browser.get(path)), ...typed, ...numbers, title }
  }
  return { shop, browser, first: await openForm('Dunes'), second: await openForm('Tides') }
}

function confirm(browser: TestBrowser, asked: TestPage): Promise<TestPage> {
  return browser.submit('/confirm', { ...hiddenFields(asked), password: admin.password })
}

onBothKinds('forms of one page in two tabs', (open) => {
  it('wait for a confirmation beside each other', async () => {
    const { shop, browser, first, second } = await twoTabs(open)
    shop.pass(15 * 60 + 1)
    const asked = await browser.submit(path, first)
    const other = await browser.submit(path, second)
    assert.deepEqual((await confirm(browser, asked)).notices, ['Dunes was added.'])
    shop.pass(15 * 60 + 1)
    assert.deepEqual((await confirm(browser, other)).notices, ['Tides was added.'])
  })

  it('wait for a login beside each other, and what is sent is not shown again', async () => {
    const { shop, browser, first, second } = await twoTabs(open)
    shop.pass(2 * 60 * 60 + 1)
    const logins = [await browser.submit(path, first), await browser.submit(path, second)]
    await browser.login(admin)
    for (const [index, title] of ['Dunes', 'Tides'].entries()) {
      const returnTo = logins[index]!.field('returnTo')!.value!
      const page = await browser.get(returnTo)
      assert.equal(page.field('title')!.value, title)
      const { kept } = hiddenFields(page)
      assert.ok(kept)
      const wrong = await browser.post(path, { ...first, ...hiddenFields(page), title: '' })
      assert.equal(hiddenFields(wrong)['kept'], kept, 'also where it is shown once more')
      const sent = { ...first, title, ...hiddenFields(wrong) }
      assert.deepEqual((await browser.submit(path, sent)).notices, [`${title} was added.`])
      assert.equal((await browser.get(returnTo)).field('title')!.value, undefined)
    }
  })
})

it('is not used up by being sent to a confirmation that is left', async () => {
  const { shop, browser, first } = await twoTabs(openTestShop)
  shop.pass(2 * 60 * 60 + 1)
  const login = await browser.submit(path, first)
  const returnTo = login.field('returnTo')!.value!
  const page = await browser.submit('/login', { ...admin, returnTo })
  shop.pass(15 * 60 + 1)
  const asked = await browser.submit(path, { ...first, ...hiddenFields(page) })
  assert.equal(asked.heading, 'Confirm that it is you')
  assert.equal((await browser.get(returnTo)).field('title')!.value, 'Dunes')
})

it('tells of a form that is not kept any more', async () => {
  const { shop, browser, first } = await twoTabs(openTestShop)
  shop.pass(15 * 60 + 1)
  const asked = await browser.submit(path, first)
  shop.pass(60 * 60 + 1)
  const page = await browser.follow(await confirm(browser, asked))
  assert.deepEqual([page.heading, page.alerts], ['Add a book', [lost]], 'when it is confirmed')

  shop.pass(15 * 60 + 1)
  const { kept } = hiddenFields(asked)
  const late = await browser.get(`/confirm?${new URLSearchParams({ returnTo: path, kept: kept! })}`)
  assert.match(late.text, /What you sent was not kept, so please send it again/, 'before')
  assert.equal((await confirm(browser, late)).heading, 'Add a book')
})

it('tells at the form of one that waited longer for a login than it is kept', async () => {
  for (const shown of [path, '/admin/books/1', '/account/email', '/cart', '/checkout']) {
    const shop = await openTestShop()
    const browser = shop.browser()
    await browser.login(admin)
    await browser.submit('/cart/items', { bookId: 1 })
    const { madeFor } = hiddenFields(await browser.get('/account'))
    shop.pass(2 * 60 * 60 + 1)
    const typed = { title: 'Dunes', email: 'robin@example.com', city: 'Hobbiton' }
    const form = { madeFor: madeFor!, 'quantity-1': '2', ...typed }
    const login = await browser.submit(shown, form)
    shop.pass(60 * 60 + 1)
    const returnTo = login.field('returnTo')!.value!
    assert.match(returnTo, /\?kept=/)
    const page = await browser.submit('/login', { ...admin, returnTo })
    assert.deepEqual(page.alerts, [lost], shown)
  }
})
