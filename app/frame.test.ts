import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import * as fc from 'fast-check'
import { createSession } from 'remix/session'
import { insertTestBook, testDatabase } from '../db/testing.ts'
import { createFrame } from './frame.ts'
import type { Visit } from './ui/shell.ts'
import { hostileText, skeleton } from './ui/testing-markup.ts'

describe('the frame of every page', () => {
  const db = testDatabase()
  const frame = createFrame(db)
  const guest: Visit = { user: null, url: new URL('http://shop.test/') }
  const reader: Visit = { ...guest, user: { id: 1, name: 'Rosa', role: 'reader' } }
  const admin: Visit = { ...guest, user: { id: 2, name: 'Ada', role: 'admin' } }

  function render(visit: Visit): string {
    const { notices: _notices, ...places } = frame
    return Object.values(places)
      .flat()
      .map((part) => part(visit))
      .join('\n')
  }

  const renderAt = (path: string) => render({ ...guest, url: new URL(path, guest.url) })

  before(() => {
    insertTestBook(db, { genre: 'Poetry' })
  })

  it('has the logout form while signed in and not otherwise', () => {
    assert.match(render(reader), /<form method="post" action="\/logout">/)
    assert.doesNotMatch(render(guest), /logout/)
  })

  it('offers log in and register to guests only', () => {
    assert.match(render(guest), /href="\/login"/)
    assert.match(render(guest), /href="\/register"/)
    assert.doesNotMatch(render(reader), /href="\/(?:login|register)"/)
  })

  it('leads administrators, and nobody else, to the administration', () => {
    assert.match(render(admin), /href="\/admin\/books"/)
    assert.doesNotMatch(render(reader), /\/admin/)
    assert.doesNotMatch(render(guest), /\/admin/)
  })

  it('tells the number of items in the name of the cart link', () => {
    const { id } = insertTestBook(db, { stock: 9 })
    for (const [quantity, name] of [
      [0, 'Cart, 0 items'],
      [1, 'Cart, 1 item'],
      [3, 'Cart, 3 items'],
    ] as const) {
      const session = createSession({ cart: { [id]: quantity }, cartId: 'a' })
      const markup = render({ ...guest, session })
      assert.match(markup, new RegExp(`href="/cart"\\s+aria-label="${name}"`))
    }
  })

  it('keeps the search text on the book list and nowhere else', () => {
    assert.match(renderAt('/books?q=salt'), /name="q"\s+value="salt"/)
    assert.match(renderAt('/cart?q=salt'), /name="q"\s+value=""/)
  })

  it('marks the genre that is shown', () => {
    const markup = renderAt('/books?genre=Poetry')
    assert.equal(markup.match(/aria-current="page"/g)?.length, 1)
    assert.match(markup, /href="\/books\?genre=Poetry"\s+aria-current="page"/)
  })

  // Genre and search differ, so that none of the texts marks a genre as the one that is shown.
  function renderWith(text: string): string {
    const search = new URLSearchParams({ q: `${text}?`, genre: `${text}!` })
    const url = new URL(`/books?${search}`, guest.url)
    return render({ user: { id: 1, name: text, role: 'admin' }, url })
  }

  it('escapes every value', () => {
    const expected = skeleton(renderWith('text'))
    fc.assert(
      fc.property(hostileText, (text) => {
        assert.equal(skeleton(renderWith(text)), expected)
      }),
    )
  })
})
