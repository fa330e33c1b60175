import assert from 'node:assert/strict'
import { it } from 'node:test'
import { fillingsOf } from './gaps.ts'
import { shelf } from './book-card.ts'
import type { CardBook } from './book-card.ts'

const book: CardBook = {
  id: 7,
  slug: 'gaps',
  title: 'Mind the <gap>',
  author: 'A. <gap>',
  genre: 'Fiction',
  pages: 100,
  priceCents: 999,
  stock: 5,
}

function show(path: string, formKey: string, shown: Partial<CardBook> = {}, eager = 0): string {
  const url = new URL(path, 'https://shop.example')
  return String(shelf([{ ...book, ...shown }], fillingsOf({ url, formKey }), { eager }))
}

it('has the key and the address of each page, whatever is in the texts of the book', () => {
  for (const [path, key] of [
    ['/books', 'key-of-1'],
    ['/books?q=%22%3E&genre=A', 'key-of-2'],
  ] as const) {
    const card = show(path, key)
    assert.ok(card.includes(`name="formKey" value="${key}"`), card)
    assert.ok(card.includes(`value="${path.replace('&', '&amp;')}#book-7"`), card)
    assert.equal(card.match(/Mind the &lt;gap&gt;/g)?.length, 2)
  }
})

it('is made anew when anything of the book has changed', () => {
  assert.match(show('/', 'key'), /&#8364;9\.99/)
  assert.match(show('/', 'key', { priceCents: 899 }), /&#8364;8\.99/)
  assert.match(show('/', 'key', { stock: 2 }), /Only 2 left/)
  const soldOut = show('/', 'key', { stock: 0 })
  assert.match(soldOut, /Sold out/)
  assert.doesNotMatch(soldOut, /<form/)
})

it('asks for covers that are in sight at once, and for the others later', () => {
  assert.match(show('/', 'key', {}, 1), /fetchpriority="high"/)
  assert.match(show('/', 'key', {}, 0), /loading="lazy"/)
})
