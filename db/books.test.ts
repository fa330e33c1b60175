import assert from 'node:assert/strict'
import { test } from 'node:test'

import {
  bookSorts,
  type BookListOptions,
  listBooks,
  listFeaturedBooks,
  listGenres,
  listNewestBooks,
} from './book-lists.ts'
import {
  type BookEdit,
  editBook,
  findBookBySlug,
  findBooksByIds,
  insertBook,
  restoreBook,
  retireBook,
  updateBook,
} from './books.ts'
import type { Database } from './database.ts'
import { insertTestBook, now, onEachDatabase, plansOf, rowsOf, sqliteOf } from './testing.ts'
import { raceProcesses } from './testing-race.ts'

async function titles(db: Database, options: Partial<BookListOptions> = {}): Promise<string[]> {
  return (await listBooks(db, { pageSize: 100, ...options })).books.map((book) => book.title)
}

onEachDatabase(({ testDatabase, newUrl }) => {
  test('each sort puts the books in its order', async () => {
    const db = await testDatabase()
    await insertTestBook(db, { title: 'beta', author: 'Zed', priceCents: 300 })
    await insertTestBook(db, { title: 'Alpha', author: 'young', priceCents: 100 })
    await insertTestBook(db, { title: 'Gamma', author: 'Young', priceCents: 200 })
    assert.deepEqual(await titles(db), ['Alpha', 'beta', 'Gamma'])
    assert.deepEqual(await titles(db, { sort: 'author' }), ['Alpha', 'Gamma', 'beta'])
    assert.deepEqual(await titles(db, { sort: 'price' }), ['Alpha', 'Gamma', 'beta'])
    assert.deepEqual(await titles(db, { sort: 'price-desc' }), ['beta', 'Gamma', 'Alpha'])
    assert.deepEqual(await titles(db, { sort: 'newest' }), ['Gamma', 'Alpha', 'beta'])
    assert.deepEqual(await titles(db, { sort: 'relevance' }), ['Alpha', 'beta', 'Gamma'])
  })

  test('the alphabet leaves out the article of a title, and goes by surname', async () => {
    const db = await testDatabase()
    await insertTestBook(db, { title: 'The Beta', author: 'Ann Zed' })
    await insertTestBook(db, { title: 'An Alpha', author: 'Zoë Ångström' })
    await insertTestBook(db, { title: 'Âge', author: 'Brian Müller' })
    assert.deepEqual(await titles(db), ['Âge', 'An Alpha', 'The Beta'])
    assert.deepEqual(await titles(db, { sort: 'author' }), ['An Alpha', 'Âge', 'The Beta'])
    await updateBook(db, 1, { title: 'Aaa', author: 'Zed Aaa' })
    assert.deepEqual(await titles(db), ['Aaa', 'Âge', 'An Alpha'])
    assert.deepEqual(await titles(db, { sort: 'author' }), ['Aaa', 'An Alpha', 'Âge'])
  })

  test('the pages of every sort hold each book once, and the total counts all of them', async () => {
    const db = await testDatabase()
    for (let i = 0; i < 23; i++) await insertTestBook(db, { title: `T${i % 5}`, priceCents: i % 3 })
    for (const sort of bookSorts) {
      const pages = await Array.fromAsync([1, 2, 3], async (page) => {
        const { books, total } = await listBooks(db, { sort, page, pageSize: 10 })
        assert.equal(total, 23)
        return books.map((book) => book.id)
      })
      const seen = pages.flat()
      assert.equal(seen.length, 23)
      assert.equal(new Set(seen).size, 23)
    }
  })

  test('a page beyond the last one is empty', async () => {
    const db = await testDatabase()
    await insertTestBook(db)
    for (const page of [2, Number.MAX_SAFE_INTEGER, Number.MAX_VALUE]) {
      assert.deepEqual(await listBooks(db, { page, pageSize: 10 }), { books: [], total: 1 })
    }
  })

  test('a genre narrows the list and combines with a search', async () => {
    const db = await testDatabase()
    await insertTestBook(db, { title: 'Emma', genre: 'Fiction' })
    await insertTestBook(db, { title: 'Emmanuel', genre: 'Poetry' })
    await insertTestBook(db, { title: 'Odes', genre: 'Poetry' })
    assert.deepEqual(await titles(db), ['Emma', 'Emmanuel', 'Odes'])
    assert.deepEqual(await titles(db, { genre: 'Poetry' }), ['Emmanuel', 'Odes'])
    assert.deepEqual(await titles(db, { q: 'emma' }), ['Emma', 'Emmanuel'])
    assert.deepEqual(await titles(db, { genre: 'Poetry', q: 'emma' }), ['Emmanuel'])
    assert.deepEqual(await titles(db, { genre: 'poetr_' }), [])
  })

  test('genres come in alphabetical order, each once', async () => {
    const db = await testDatabase()
    assert.deepEqual(await listGenres(db), [])
    for (const genre of ['Poetry', 'Fiction', 'Poetry', '']) await insertTestBook(db, { genre })
    assert.deepEqual(await listGenres(db), ['', 'Fiction', 'Poetry'])
  })

  test('the newest books of a genre are as many as asked for, none of them retired', async () => {
    const db = await testDatabase()
    for (const title of ['A', 'B', 'C', 'D']) await insertTestBook(db, { title, genre: 'Poetry' })
    await insertTestBook(db, { title: 'E', genre: 'Fiction' })
    await retireBook(db, 4, now)
    const newest = (await listNewestBooks(db, 'Poetry', 2)).map((book) => book.title)
    assert.deepEqual(newest, ['C', 'B'])
  })

  test('featured books are the newest of those marked, as many as asked for', async () => {
    const db = await testDatabase()
    for (const title of ['A', 'B', 'C']) await insertTestBook(db, { title, featured: true })
    await insertTestBook(db, { title: 'D' })
    const featured = (await listFeaturedBooks(db, 2)).map((book) => book.title)
    assert.deepEqual(featured, ['C', 'B'])
  })

  test('a retired book is not for sale, yet known to carts, orders and the admin', async () => {
    const db = await testDatabase()
    const book = await insertTestBook(db, { title: 'Gone', genre: 'Lost', featured: true })
    const retired = await retireBook(db, book.id, now)
    assert.deepEqual(retired?.retiredAt, now)

    for (const sort of bookSorts) assert.deepEqual(await titles(db, { sort, q: 'gone' }), [])
    assert.deepEqual(await titles(db, { genre: 'Lost' }), [])
    assert.deepEqual(await listGenres(db), [])
    assert.deepEqual(await listFeaturedBooks(db, 8), [])
    assert.deepEqual(await findBooksByIds(db, [book.id]), [retired])
    assert.deepEqual(await findBookBySlug(db, 'gone'), retired)
    assert.deepEqual(await titles(db, { retired: true, q: 'gone' }), ['Gone'])

    await restoreBook(db, book.id)
    assert.deepEqual(await titles(db, { q: 'gone', genre: 'Lost' }), ['Gone'])
    assert.deepEqual(await listBooks(db, { retired: true, pageSize: 9 }), { books: [], total: 0 })
  })

  test('a book that is retired again keeps the day of the first time', async () => {
    const db = await testDatabase()
    const { id } = await insertTestBook(db)
    await retireBook(db, id, now)
    const again = await retireBook(db, id, new Date(now.getTime() + 1000))
    assert.deepEqual(again?.retiredAt, now)
    assert.equal(await retireBook(db, 999, now), undefined)
  })

  test('ids find their books, and those of nothing are left out', async () => {
    const db = await testDatabase()
    const [first, , third] = [
      await insertTestBook(db),
      await insertTestBook(db),
      await insertTestBook(db),
    ]
    const found = await findBooksByIds(db, [third!.id, 999, first!.id, -1])
    assert.deepEqual(
      found.map((book) => book.id).sort((a, b) => a - b),
      [first!.id, third!.id],
    )
    assert.deepEqual(await findBooksByIds(db, []), [])
    assert.deepEqual(
      (await findBooksByIds(db, new Map([[first!.id, 1]]).keys())).map((book) => book.id),
      [first!.id],
    )
  })

  test('books of one title have slugs of their own', async () => {
    const db = await testDatabase()
    const slugs = await Array.fromAsync(
      { length: 3 },
      async () => (await insertTestBook(db, { title: 'Poems' })).slug,
    )
    assert.deepEqual(slugs, ['poems', 'poems-2', 'poems-3'])
    assert.equal((await findBookBySlug(db, 'poems-2'))?.slug, 'poems-2')
    assert.equal(await findBookBySlug(db, 'POEMS'), undefined)
  })

  test('an update changes what it names, keeps the slug, and the search follows', async () => {
    const db = await testDatabase()
    const book = await insertTestBook(db, { title: 'Emma', author: 'Jane Austen' })
    assert.deepEqual(await updateBook(db, book.id, { priceCents: 1, stock: 0 }), {
      ...book,
      priceCents: 1,
      stock: 0,
    })
    assert.deepEqual(await titles(db, { q: 'emma austen' }), ['Emma'])

    const renamed = await updateBook(db, book.id, { title: 'Persuasion', stock: undefined })
    assert.equal(renamed?.slug, 'emma')
    assert.deepEqual(await titles(db, { q: 'emma' }), [])
    assert.deepEqual(await titles(db, { q: 'persuasion austen' }), ['Persuasion'])
    assert.equal(await updateBook(db, 999, { stock: 1 }), undefined)
  })

  test('an edit of several processes at once takes effect once, and the others hear of it', async () => {
    const database = await newUrl()
    const db = await testDatabase(database)
    const books = await Array.fromAsync({ length: 40 }, () => insertTestBook(db, { stock: 12 }))
    const results = await raceProcesses<BookEdit>(
      { call: ['./books.ts', 'editBook'], database, processes: 4 },
      books.flatMap((book) => [1, 2, 3, 4].map((stock) => [book.id, book, { stock }])),
    )
    for (const [index, { id }] of books.entries()) {
      const ofBook = results.slice(index * 4, index * 4 + 4)
      const saved = ofBook.filter(({ outcome }) => outcome === 'saved')
      assert.equal(saved.length, 1)
      assert.equal((await findBooksByIds(db, [id]))[0]!.stock, saved[0]!.book.stock)
    }
  })

  test('a description whose lines somebody else has broken anew is a newer value', async () => {
    const db = await testDatabase()
    const seen = await insertTestBook(db, { description: 'One two' })
    await updateBook(db, seen.id, { description: 'One\ntwo' })
    const edit = await editBook(db, seen.id, seen, { ...seen, description: 'Three' })
    assert.equal(edit!.outcome, 'stale')
  })

  test('a book that is added by one form in two processes is one book', async () => {
    const database = await newUrl()
    const db = await testDatabase(database)
    const { slug: _, id: __, ...book } = await insertTestBook(await testDatabase())
    const forms = Array.from({ length: 40 }, (_, index) => {
      return { ...book, title: `Book ${index % 2}`, formKey: `form ${index}`, now }
    })
    const added = await raceProcesses<{ id: number }>(
      { call: ['./books.ts', 'insertBook'], database, processes: 4 },
      forms.flatMap((form) => [1, 2, 3, 4].map(() => [form])),
    )
    assert.equal(new Set(added.map(({ id }) => id)).size, forms.length)
    assert.equal((await listBooks(db, { pageSize: 1 })).total, forms.length)
  })

  test('a price or a stock below zero is refused by the table itself', async () => {
    const db = await testDatabase()
    const { id } = await insertTestBook(db)
    await assert.rejects(updateBook(db, id, { stock: -1 }), /books_stock/)
    await assert.rejects(updateBook(db, id, { priceCents: -1 }), /books_price/)
  })

  test('two databases do not share their statements', async () => {
    const [first, second] = [await testDatabase(), await testDatabase()]
    await insertTestBook(first, { title: 'Only in the first' })
    assert.equal((await titles(first)).length, 1)
    assert.equal((await titles(second)).length, 0)
    const { slug } = await insertBook(second, { ...(await insertTestBook(first)), now })
    assert.ok(await findBookBySlug(second, slug))
  })

  test('SQLite plans no statement anew for the number of rows', async (t) => {
    const db = await testDatabase()
    if (db.engine.dialect !== 'sqlite') return
    await insertTestBook(db)
    const prepare = t.mock.method(sqliteOf(db), 'prepare')
    await listBooks(db, { pageSize: 10 })
    await listFeaturedBooks(db, 8)
    const texts = prepare.mock.calls.map((call) => call.arguments[0])
    const limited = texts.filter((text) => text.includes(' limit '))
    assert.equal(limited.length, 2)
    for (const text of limited) assert.match(text, / limit \(select \?\)/)
  })

  test('an index serves each way to look books up', async () => {
    const db = await testDatabase()
    await insertTestBook(db)
    // So many that an index is worth it.
    await rowsOf(
      db,
      `with recursive number (n) as (select 1 union all select n + 1 from number where n < 2000)
       insert into books (slug, title, author, genre, description, year, pages, price_cents, stock, title_key, author_key, created_at)
       select n, n, n, n % 9, '', 1900, 100, n, 1, n, n, 0 from number`,
    )
    await rowsOf(db, 'analyze')
    const plans = await plansOf(
      db,
      async () => {
        for (const sort of bookSorts) {
          await listBooks(db, { sort, pageSize: 10 })
          await listBooks(db, { genre: '3', sort, pageSize: 10 })
        }
        await listGenres(db)
        await listFeaturedBooks(db, 8)
        await listNewestBooks(db, '3', 8)
        await findBookBySlug(db, 'emma')
        await findBooksByIds(db, [1])
      },
      { avoid: ['seqscan', 'sort'] },
    )
    const ofAll = ['title', 'author', 'price_title', 'featured', 'slug_unique']
    const ofGenre = ['genre', 'genre_title', 'genre_author', 'genre_price']
    for (const index of [...ofAll, ...ofGenre]) {
      assert.match(plans, new RegExp(`(INDEX|using|on) books_${index}\\b`))
    }
  })
})
