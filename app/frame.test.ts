import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import * as fc from 'fast-check'
import { createSession } from 'remix/session'
import { insertTestBook, testDatabase } from '../db/testing.ts'
import { createFrame } from './frame.ts'
import type { Visit } from './ui/shell.ts'
import { hostileText, skeleton } from './ui/testing-markup.ts'

describe('the frame of every page', async () => {
  const db = await testDatabase()
  const frame = createFrame({ db, config: { production: false } })
  const guest: Visit = { user: null, url: new URL('http://shop.test/') }
  const reader: Visit = { ...guest, user: { id: 1, name: 'Rosa', role: 'reader' } }
  const admin: Visit = { ...guest, user: { id: 2, name: 'Ada', role: 'admin' } }

  async function render(visit: Visit): Promise<string> {
    const { notices: _notices, home: _home, ...places } = frame
    const parts = Object.values(places).flat()
    return (await Promise.all(parts.map((part) => part(visit)))).join('\n')
  }

  const renderAt = (path: string) => render({ ...guest, url: new URL(path, guest.url) })

  before(async () => {
    await insertTestBook(db, { genre: 'Poetry' })
  })

  it('has the logout form while logged in and not otherwise', async () => {
    assert.match(await render(reader), /<form method="post" action="\/logout">/)
    assert.doesNotMatch(await render(guest), /logout/)
  })

  it('offers log in and register to guests only', async () => {
    assert.match(await render(guest), /href="\/login"/)
    assert.match(await render(guest), /href="\/register"/)
    assert.doesNotMatch(await render(reader), /href="\/(?:login|register)"/)
  })

  it('leads administrators, and nobody else, to the administration', async () => {
    assert.match(await render(admin), /href="\/admin\/books"/)
    assert.doesNotMatch(await render(reader), /\/admin/)
    assert.doesNotMatch(await render(guest), /\/admin/)
  })

  it('tells the number of items in the name of the cart link', async () => {
    const { id } = await insertTestBook(db, { stock: 9 })
    for (const [quantity, name] of [
      [0, 'Cart, 0 items'],
      [1, 'Cart, 1 item'],
      [3, 'Cart, 3 items'],
    ] as const) {
      const session = createSession({ cart: { [id]: quantity }, cartId: 'a' })
      const markup = await render({ ...guest, session })
      assert.match(markup, new RegExp(`href="/cart"\\s+aria-label="${name}"`))
    }
  })

  it('keeps the search text on the book list and nowhere else', async () => {
    assert.match(await renderAt('/books?q=salt'), /name="q"\s+value="salt"/)
    assert.match(await renderAt('/cart?q=salt'), /name="q"\s+value=""/)
  })

  it('marks the genre that is shown', async () => {
    const markup = await renderAt('/books?genre=Poetry')
    assert.equal(markup.match(/aria-current="page"/g)?.length, 1)
    assert.match(markup, /href="\/books\?genre=Poetry"\s+aria-current="page"/)
  })

  // Genre and search differ, so that none of the texts marks a genre as the one that is shown.
  async function renderWith(text: string): Promise<string> {
    const search = new URLSearchParams({ q: `${text}?`, genre: `${text}!` })
    const url = new URL(`/books?${search}`, guest.url)
    return await render({ user: { id: 1, name: text, role: 'admin' }, url })
  }

  it('escapes every value', async () => {
    const expected = skeleton(await renderWith('text'))
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        assert.equal(skeleton(await renderWith(text)), expected)
      }),
    )
  })
})
