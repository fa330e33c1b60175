import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { html } from '@remix-run/html-template'
import * as fc from 'fast-check'

import { document } from './document.ts'
import type { Shell } from './shell.ts'
import { hostileText, skeleton, testShell } from './testing-markup.ts'

function page(shell: Partial<Shell> = {}, title = 'Title'): string {
  return String(document({ title, shell: testShell(shell), main: html`<h1>Main</h1>` }))
}

function pageAt(path: string): string {
  return page({ url: new URL(path, 'http://shop.test') })
}

// Genre and search differ, so that none of the texts marks a genre as the one that is shown.
function shellWith(text: string): Partial<Shell> {
  const search = new URLSearchParams({ q: `${text}?`, genre: `${text}!` })
  return {
    user: { id: 1, name: text, role: 'admin' },
    url: new URL(`http://shop.test/books?${search}`),
    genres: [text],
    notices: [
      { kind: 'notice', text },
      { kind: 'error', text },
    ],
  }
}

const reader = { id: 1, name: 'Rosa', role: 'reader' } as const

describe('document', () => {
  it('has the logout form while signed in and not otherwise', () => {
    assert.match(page({ user: reader }), /<form method="post" action="\/logout">/)
    assert.doesNotMatch(page(), /logout/)
  })

  it('offers log in and register to visitors only', () => {
    assert.match(page(), /href="\/login"/)
    assert.match(page(), /href="\/register"/)
    assert.doesNotMatch(page({ user: reader }), /href="\/(?:login|register)"/)
  })

  it('leads administrators, and nobody else, to the administration', () => {
    assert.match(page({ user: { id: 2, name: 'Ada', role: 'admin' } }), /href="\/admin\/books"/)
    assert.doesNotMatch(page({ user: reader }), /\/admin/)
    assert.doesNotMatch(page(), /\/admin/)
  })

  it('tells the number of items in the name of the cart link', () => {
    for (const [cartCount, name] of [
      [0, 'Cart, 0 items'],
      [1, 'Cart, 1 item'],
      [3, 'Cart, 3 items'],
    ] as const) {
      assert.match(page({ cartCount }), new RegExp(`href="/cart"\\s+aria-label="${name}"`))
    }
  })

  it('announces notices politely and errors at once', () => {
    const markup = page({
      notices: [
        { kind: 'notice', text: 'Saved.' },
        { kind: 'error', text: 'Refused.' },
      ],
    })
    assert.match(markup, /role="status">.*<span>Saved\.<\/span>/s)
    assert.match(markup, /role="alert">.*<span>Refused\.<\/span>/s)
    assert.doesNotMatch(page(), /role="(?:status|alert)"/)
  })

  it('keeps the search text on the book list and nowhere else', () => {
    assert.match(pageAt('/books?q=salt'), /name="q"\s+value="salt"/)
    assert.match(pageAt('/cart?q=salt'), /name="q"\s+value=""/)
  })

  it('marks the genre that is shown', () => {
    const markup = pageAt('/books?genre=Poetry')
    assert.equal(markup.match(/aria-current="page"/g)?.length, 1)
    assert.match(markup, /href="\/books\?genre=Poetry"\s+aria-current="page"/)
  })

  it('puts the panel behind everything else', () => {
    assert.match(page({ panel: html`<aside>Panel</aside>` }), /<\/footer>\s*<aside>Panel<\/aside>/)
  })

  it('escapes every value', () => {
    const expected = skeleton(page(shellWith('text'), 'text'))
    fc.assert(
      fc.property(hostileText, (text) => {
        assert.equal(skeleton(page(shellWith(text), text)), expected)
      }),
    )
  })

  it('needs nothing that the content security policy forbids', () => {
    const markup = page({ user: reader, notices: [{ kind: 'error', text: 'No.' }] })
    assert.doesNotMatch(markup, /\sstyle=|\son\w+=|<style|<script(?![^>]* src="\/)|https?:/)
  })
})
