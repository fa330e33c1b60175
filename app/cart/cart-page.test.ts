import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { testShell } from '../ui/testing-markup.ts'
import { cartPage, type CartLine, type CartLineNote } from './cart-page.ts'

const book = {
  id: 7,
  slug: 'salt',
  title: 'Salt',
  author: 'Ines Varga',
  genre: 'Fiction',
  priceCents: 1250,
}

function page(lines: CartLine[], totalCents = 2500): string {
  return String(cartPage({ shell: testShell(), lines, copies: totalCents / 1250, totalCents }))
}

describe('cart page', () => {
  it('lets each line be changed and removed, by controls that name the book', () => {
    const markup = page([{ book, quantity: 2, notes: [] }])
    assert.match(markup, /method="post"\s+action="\/cart"/)
    assert.match(markup, /<label[^>]*for="quantity-7">Copies of Salt<\/label>/)
    assert.match(markup, /name="quantity-7"\s+value="2"/)
    assert.match(markup, /formaction="\/cart\/items\/7\/remove"/)
    assert.match(markup, /€25\.00/)
    assert.match(markup, /€12\.50 each/)
    assert.match(markup, /name="checkout"/)
  })

  it('explains what has happened to a book', () => {
    const notes: CartLineNote[] = [
      { kind: 'price-changed', wasCents: 1100 },
      { kind: 'limited-stock', stock: 1 },
    ]
    const markup = page([{ book, quantity: 1, notes }])
    assert.match(markup, /it was €11\.00 and is €12\.50 now/)
    assert.match(markup, /Only 1 copy left/)
  })

  it('does not sell what is no longer available, but lets it be removed', () => {
    const markup = page([{ book, quantity: 0, notes: [{ kind: 'unavailable' }] }], 0)
    assert.match(markup, /No longer available/)
    assert.doesNotMatch(markup, /name="quantity-7"|href="\/books\/salt"/)
    assert.match(markup, /formaction="\/cart\/items\/7\/remove"/)
  })

  it('is updated by Enter, which presses the first button, whatever the first line is', () => {
    const gone: CartLine = { book, quantity: 0, notes: [{ kind: 'unavailable' }] }
    const other: CartLine = { book: { ...book, id: 8 }, quantity: 2, notes: [] }
    const [first] = /<button\b[^>]*>/.exec(page([gone, other]))!
    assert.match(first, /type="submit"/)
    assert.doesNotMatch(first, /formaction|formnovalidate|name=/)
  })

  it('says so when it is empty', () => {
    const markup = page([], 0)
    assert.match(markup, /Nothing in it yet/)
    assert.doesNotMatch(markup, /checkout/)
  })
})
