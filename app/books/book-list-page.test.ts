import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'

import { hostileText, skeleton, testShell } from '../ui/testing-markup.ts'
import type { CardBook } from './book-card.ts'
import { bookListPage, type FoundBooks } from './book-list-page.ts'

function testBook(book: Partial<CardBook> = {}): CardBook {
  return {
    id: 7,
    slug: 'salt',
    title: 'Salt',
    author: 'Ines Varga',
    genre: 'Fiction',
    pages: 240,
    priceCents: 1250,
    stock: 9,
    ...book,
  }
}

function page(props: Partial<FoundBooks> = {}, address = 'http://shop.test/books'): string {
  const found: FoundBooks = {
    genres: ['Fiction', 'Poetry'],
    books: [testBook()],
    total: 1,
    page: 1,
    pageCount: 1,
    q: '',
    genre: '',
    sort: 'title',
    ...props,
  }
  return String(bookListPage({ shell: testShell({ url: new URL(address) }), found }))
}

// Search and genre never come out empty, which would be another page.
function pageWith(text: string): string {
  const books = [testBook({ title: text, author: text })]
  return page({ books, q: `?${text}`, genre: `!${text}`, corrected: text })
}

describe('book list page', () => {
  it('gives each book its own form to add it to the cart, which comes back to the book', () => {
    const books = [testBook({ id: 7 }), testBook({ id: 8 })]
    const markup = page({ books }, 'http://shop.test/books?q=a&page=2')
    assert.equal(markup.match(/method="post" action="\/cart\/items"/g)?.length, 2)
    for (const id of [7, 8]) {
      assert.match(markup, new RegExp(`name="bookId" value="${id}"`))
      assert.match(markup, new RegExp(`name="returnTo" value="/books\\?q=a&amp;page=2#book-${id}"`))
      assert.match(markup, new RegExp(`id="book-${id}"`))
    }
  })

  it('does not sell what is sold out, and says when little is left', () => {
    const soldOut = page({ books: [testBook({ stock: 0 })] })
    assert.doesNotMatch(soldOut, /action="\/cart\/items"/)
    assert.match(soldOut, /Sold out/)
    assert.match(page({ books: [testBook({ stock: 2 })] }), /Only 2 left/)
    assert.doesNotMatch(page(), /left|Sold out/)
  })

  it('keeps search, genre and order while paging', () => {
    const markup = page({ q: 'a b', genre: 'Poetry', sort: 'price', page: 2, pageCount: 3 })
    assert.match(markup, /href="\/books\?q=a\+b&amp;genre=Poetry&amp;sort=price&amp;page=3"/)
    assert.match(markup, /href="\/books\?q=a\+b&amp;genre=Poetry&amp;sort=price"/)
    assert.match(markup, /type="hidden" name="q" value="a b"/)
    assert.match(markup, /value="Poetry"\s+selected/)
    assert.match(markup, /value="price"\s+selected/)
  })

  it('says what was looked for instead of words that are in no book', () => {
    const markup = page({ q: 'predjudice', corrected: 'prejudice' })
    assert.match(markup, /<bdi>predjudice<\/bdi>/)
    assert.match(markup, /href="\/books\?q=prejudice">prejudice</)
    assert.doesNotMatch(page({ q: 'prejudice' }), /No book matches/)
  })

  it('offers to sort by relevance where there is something to be relevant to', () => {
    assert.match(page({ q: 'a', sort: 'relevance' }), /value="relevance"\s+selected/)
    assert.doesNotMatch(page(), /value="relevance"/)
    const paged = page({ q: 'a', sort: 'relevance', pageCount: 2 })
    assert.match(paged, /href="\/books\?q=a&amp;page=2"/)
    assert.match(page({ q: 'a', sort: 'title', pageCount: 2 }), /q=a&amp;sort=title&amp;page=2/)
  })

  it('escapes search, genre and books', () => {
    const expected = skeleton(pageWith('text'))
    fc.assert(fc.property(hostileText, (text) => skeleton(pageWith(text)) === expected))
  })
})
