import assert from 'node:assert/strict'
import { test } from 'node:test'

import {
  type BookEdit,
  bookSorts,
  type BookListOptions,
  findBookBySlug,
  findBooksByIds,
  insertBook,
  listBooks,
  listFeaturedBooks,
  listGenres,
  restoreBook,
  retireBook,
  updateBook,
} from './books.ts'
import type { Database } from './connect.ts'
import { insertTestBook, now, testDatabase, testDatabasePath } from './testing.ts'
import { raceProcesses } from './testing-race.ts'

function titles(db: Database, options: Partial<BookListOptions> = {}): string[] {
  return listBooks(db, { pageSize: 100, ...options }).books.map((book) => book.title)
}

test('each sort puts the books in its order', () => {
  const db = testDatabase()
  insertTestBook(db, { title: 'beta', author: 'Zed', priceCents: 300 })
  insertTestBook(db, { title: 'Alpha', author: 'young', priceCents: 100 })
  insertTestBook(db, { title: 'Gamma', author: 'Young', priceCents: 200 })
  assert.deepEqual(titles(db), ['Alpha', 'beta', 'Gamma'])
  assert.deepEqual(titles(db, { sort: 'author' }), ['Alpha', 'Gamma', 'beta'])
  assert.deepEqual(titles(db, { sort: 'price' }), ['Alpha', 'Gamma', 'beta'])
  assert.deepEqual(titles(db, { sort: 'price-desc' }), ['beta', 'Gamma', 'Alpha'])
  assert.deepEqual(titles(db, { sort: 'newest' }), ['Gamma', 'Alpha', 'beta'])
  assert.deepEqual(titles(db, { sort: 'relevance' }), ['Alpha', 'beta', 'Gamma'])
})

test('the alphabet leaves out the article of a title, and goes by surname', () => {
  const db = testDatabase()
  insertTestBook(db, { title: 'The Beta', author: 'Ann Zed' })
  insertTestBook(db, { title: 'An Alpha', author: 'Zoë Ångström' })
  insertTestBook(db, { title: 'Âge', author: 'Brian Müller' })
  assert.deepEqual(titles(db), ['Âge', 'An Alpha', 'The Beta'])
  assert.deepEqual(titles(db, { sort: 'author' }), ['An Alpha', 'Âge', 'The Beta'])
  updateBook(db, 1, { title: 'Aaa', author: 'Zed Aaa' })
  assert.deepEqual(titles(db), ['Aaa', 'Âge', 'An Alpha'])
  assert.deepEqual(titles(db, { sort: 'author' }), ['Aaa', 'An Alpha', 'Âge'])
})

test('the pages of every sort hold each book once, and the total counts all of them', () => {
  const db = testDatabase()
  for (let i = 0; i < 23; i++) insertTestBook(db, { title: `T${i % 5}`, priceCents: i % 3 })
  for (const sort of bookSorts) {
    const seen = [1, 2, 3].flatMap((page) => {
      const { books, total } = listBooks(db, { sort, page, pageSize: 10 })
      assert.equal(total, 23)
      return books.map((book) => book.id)
    })
    assert.equal(seen.length, 23)
    assert.equal(new Set(seen).size, 23)
  }
})

test('a page beyond the last one is empty', () => {
  const db = testDatabase()
  insertTestBook(db)
  for (const page of [2, Number.MAX_SAFE_INTEGER, Number.MAX_VALUE]) {
    assert.deepEqual(listBooks(db, { page, pageSize: 10 }), { books: [], total: 1 })
  }
})

test('a genre narrows the list and combines with a search', () => {
  const db = testDatabase()
  insertTestBook(db, { title: 'Emma', genre: 'Fiction' })
  insertTestBook(db, { title: 'Emmanuel', genre: 'Poetry' })
  insertTestBook(db, { title: 'Odes', genre: 'Poetry' })
  assert.deepEqual(titles(db), ['Emma', 'Emmanuel', 'Odes'])
  assert.deepEqual(titles(db, { genre: 'Poetry' }), ['Emmanuel', 'Odes'])
  assert.deepEqual(titles(db, { q: 'emma' }), ['Emma', 'Emmanuel'])
  assert.deepEqual(titles(db, { genre: 'Poetry', q: 'emma' }), ['Emmanuel'])
  assert.deepEqual(titles(db, { genre: 'poetr_' }), [])
})

test('genres come in alphabetical order with the number of their books', () => {
  const db = testDatabase()
  for (const genre of ['Poetry', 'Fiction', 'Poetry']) insertTestBook(db, { genre })
  assert.deepEqual(listGenres(db), [
    { genre: 'Fiction', count: 1 },
    { genre: 'Poetry', count: 2 },
  ])
})

test('featured books are the newest of those marked, as many as asked for', () => {
  const db = testDatabase()
  for (const title of ['A', 'B', 'C']) insertTestBook(db, { title, featured: true })
  insertTestBook(db, { title: 'D' })
  const featured = listFeaturedBooks(db, 2).map((book) => book.title)
  assert.deepEqual(featured, ['C', 'B'])
})

test('a retired book is not for sale, yet known to carts, orders and the admin', () => {
  const db = testDatabase()
  const book = insertTestBook(db, { title: 'Gone', genre: 'Lost', featured: true })
  const retired = retireBook(db, book.id, now)
  assert.deepEqual(retired?.retiredAt, now)

  for (const sort of bookSorts) assert.deepEqual(titles(db, { sort, q: 'gone' }), [])
  assert.deepEqual(titles(db, { genre: 'Lost' }), [])
  assert.deepEqual(listGenres(db), [])
  assert.deepEqual(listFeaturedBooks(db, 8), [])
  assert.deepEqual(findBooksByIds(db, [book.id]), [retired])
  assert.deepEqual(findBookBySlug(db, 'gone'), retired)
  assert.deepEqual(listBooks(db, { retired: true, q: 'gone', pageSize: 9 }).books, [retired])

  restoreBook(db, book.id)
  assert.deepEqual(titles(db, { q: 'gone', genre: 'Lost' }), ['Gone'])
  assert.deepEqual(listBooks(db, { retired: true, pageSize: 9 }), { books: [], total: 0 })
})

test('a book that is retired again keeps the day of the first time', () => {
  const db = testDatabase()
  const { id } = insertTestBook(db)
  retireBook(db, id, now)
  const again = retireBook(db, id, new Date(now.getTime() + 1000))
  assert.deepEqual(again?.retiredAt, now)
  assert.equal(retireBook(db, 999, now), undefined)
})

test('ids find their books, and those of nothing are left out', () => {
  const db = testDatabase()
  const [first, , third] = [insertTestBook(db), insertTestBook(db), insertTestBook(db)]
  const found = findBooksByIds(db, [third!.id, 999, first!.id, -1])
  assert.deepEqual(
    found.map((book) => book.id).sort((a, b) => a - b),
    [first!.id, third!.id],
  )
  assert.deepEqual(findBooksByIds(db, []), [])
  assert.deepEqual(
    findBooksByIds(db, new Map([[first!.id, 1]]).keys()).map((book) => book.id),
    [first!.id],
  )
})

test('books of one title have slugs of their own', () => {
  const db = testDatabase()
  const slugs = Array.from({ length: 3 }, () => insertTestBook(db, { title: 'Poems' }).slug)
  assert.deepEqual(slugs, ['poems', 'poems-2', 'poems-3'])
  assert.equal(findBookBySlug(db, 'poems-2')?.slug, 'poems-2')
  assert.equal(findBookBySlug(db, 'POEMS'), undefined)
})

test('an update changes what it names, keeps the slug, and the search follows', () => {
  const db = testDatabase()
  const book = insertTestBook(db, { title: 'Emma', author: 'Jane Austen' })
  assert.deepEqual(updateBook(db, book.id, { priceCents: 1, stock: 0 }), {
    ...book,
    priceCents: 1,
    stock: 0,
  })
  assert.deepEqual(titles(db, { q: 'emma austen' }), ['Emma'])

  const renamed = updateBook(db, book.id, { title: 'Persuasion', stock: undefined })
  assert.equal(renamed?.slug, 'emma')
  assert.deepEqual(titles(db, { q: 'emma' }), [])
  assert.deepEqual(titles(db, { q: 'persuasion austen' }), ['Persuasion'])
  assert.equal(updateBook(db, 999, { stock: 1 }), undefined)
})

test('an edit of several processes at once takes effect once, and the others hear of it', async () => {
  const database = testDatabasePath()
  const db = testDatabase(database)
  const books = Array.from({ length: 40 }, () => insertTestBook(db, { stock: 12 }))
  const results = await raceProcesses<BookEdit>(
    { call: ['./books.ts', 'editBook'], database, processes: 4 },
    books.flatMap((book) => [1, 2, 3, 4].map((stock) => [book.id, book, { stock }])),
  )
  for (const [index, { id }] of books.entries()) {
    const ofBook = results.slice(index * 4, index * 4 + 4)
    const saved = ofBook.filter(({ outcome }) => outcome === 'saved')
    assert.equal(saved.length, 1)
    assert.equal(findBooksByIds(db, [id])[0]!.stock, saved[0]!.book.stock)
  }
})

test('a book that is added by one form in two processes is one book', async () => {
  const database = testDatabasePath()
  const db = testDatabase(database)
  const { slug: _, id: __, ...book } = insertTestBook(testDatabase())
  const forms = Array.from({ length: 40 }, (_, index) => {
    return { ...book, title: `Book ${index % 2}`, formKey: `form ${index}`, now }
  })
  const added = await raceProcesses<{ id: number }>(
    { call: ['./books.ts', 'insertBook'], database, processes: 4 },
    forms.flatMap((form) => [1, 2, 3, 4].map(() => [form])),
  )
  assert.equal(new Set(added.map(({ id }) => id)).size, forms.length)
  assert.equal(listBooks(db, { pageSize: 1 }).total, forms.length)
})

test('a price or a stock below zero is refused by the table itself', () => {
  const db = testDatabase()
  const { id } = insertTestBook(db)
  assert.throws(() => updateBook(db, id, { stock: -1 }), /books_stock/)
  assert.throws(() => updateBook(db, id, { priceCents: -1 }), /books_price/)
})

test('two databases do not share their statements', () => {
  const [first, second] = [testDatabase(), testDatabase()]
  insertTestBook(first, { title: 'Only in the first' })
  assert.equal(titles(first).length, 1)
  assert.equal(titles(second).length, 0)
  const { slug } = insertBook(second, { ...insertTestBook(first), now })
  assert.ok(findBookBySlug(second, slug))
})

test('an index serves each way to look books up', () => {
  const db = testDatabase()
  const plans: string[] = []
  const prepare = db.$client.prepare.bind(db.$client)
  db.$client.prepare = ((source: string) => {
    const plan = prepare(`explain query plan ${source}`)
    const values = Array.from({ length: source.split('?').length - 1 }, () => 1)
    plans.push(...plan.all(...values).map((row) => (row as { detail: string }).detail))
    return prepare(source)
  }) as typeof db.$client.prepare

  for (const sort of bookSorts) listBooks(db, { sort, pageSize: 10 })
  insertTestBook(db, { genre: 'Poetry' })
  listBooks(db, { genre: 'Poetry', pageSize: 10 })
  listGenres(db)
  listFeaturedBooks(db, 8)
  findBookBySlug(db, 'emma')
  findBooksByIds(db, [1])
  const uses = (index: string) => plans.some((detail) => detail.includes(index))
  for (const index of ['title', 'author', 'price_title', 'genre', 'featured', 'slug_unique']) {
    assert.ok(uses(`INDEX books_${index}`), `books_${index} is used:\n${plans.join('\n')}`)
  }
})
