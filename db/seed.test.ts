import assert from 'node:assert/strict'
import { test } from 'node:test'

import { listBooks, listFeaturedBooks, listGenres } from './books.ts'
import { demoAccounts, removeDemoAccounts, seedDatabase } from './seed.ts'
import { insertTestBook, insertTestUser, onEachDatabase } from './testing.ts'
import { findUserByEmail } from './users.ts'

const hashPassword = async (password: string) => `hash of ${password}`

onEachDatabase(({ testDatabase }) => {
  test('an empty database is stocked, once', async () => {
    const db = await testDatabase()
    assert.equal(await seedDatabase(db, { demoAccounts: true, hashPassword }), true)
    const books = (await listBooks(db, { pageSize: 1000 })).books
    assert.ok(books.length >= 72)
    assert.equal(await seedDatabase(db, { demoAccounts: true, hashPassword }), false)
    assert.deepEqual((await listBooks(db, { pageSize: 1000 })).books, books)
  })

  test('two starts at once stock it once', async () => {
    const db = await testDatabase()
    const options = { demoAccounts: true, hashPassword }
    const seeded = await Promise.all([seedDatabase(db, options), seedDatabase(db, options)])
    assert.deepEqual(seeded.sort(), [false, true])
    const titles = (await listBooks(db, { pageSize: 1000 })).books.map((book) => book.title)
    assert.equal(new Set(titles).size, titles.length)
  })

  test('the demo accounts can be removed, and nobody else is', async () => {
    const db = await testDatabase()
    await seedDatabase(db, { demoAccounts: true, hashPassword })
    await insertTestUser(db, 'customer@example.com')
    assert.equal(await removeDemoAccounts(db), demoAccounts.length)
    assert.equal(await findUserByEmail(db, demoAccounts[0]!.email), undefined)
    assert.ok(await findUserByEmail(db, 'customer@example.com'))
    assert.equal(await removeDemoAccounts(db), 0)
  })

  test('a database that has a book or a user already is left alone', async () => {
    const withBook = await testDatabase()
    await insertTestBook(withBook)
    assert.equal(await seedDatabase(withBook, { demoAccounts: true, hashPassword }), false)
    assert.equal(await findUserByEmail(withBook, 'admin@example.com'), undefined)

    const withUser = await testDatabase()
    await insertTestUser(withUser, 'ann@example.com')
    assert.equal(await seedDatabase(withUser, { demoAccounts: true, hashPassword }), false)
    assert.deepEqual((await listBooks(withUser, { pageSize: 1 })).books, [])
  })

  test('the demo accounts have the passwords and roles that are documented', async () => {
    const db = await testDatabase()
    await seedDatabase(db, { demoAccounts: true, hashPassword })
    const reader = await findUserByEmail(db, 'reader@example.com')
    assert.equal(reader?.role, 'reader')
    assert.equal(reader?.passwordHash, 'hash of reader-demo-password')
    const admin = await findUserByEmail(db, 'admin@example.com')
    assert.equal(admin?.role, 'admin')
    assert.equal(admin?.passwordHash, 'hash of admin-demo-password')
  })

  test('without demo accounts there are books and no users, and nothing is hashed', async () => {
    const db = await testDatabase()
    await seedDatabase(db, {
      demoAccounts: false,
      hashPassword: () => Promise.reject(new Error('hashed')),
    })
    assert.ok((await listBooks(db, { pageSize: 1000 })).total >= 72)
    for (const { email } of demoAccounts) assert.equal(await findUserByEmail(db, email), undefined)
  })

  test('the books look like those of a shop', async () => {
    const db = await testDatabase()
    await seedDatabase(db, { demoAccounts: false, hashPassword })
    const books = (await listBooks(db, { pageSize: 1000 })).books
    for (const book of books) {
      assert.ok(book.priceCents >= 499 && book.priceCents <= 3499, `the price of ${book.title}`)
      assert.ok(book.year >= 100 && book.year <= 1930, `the year of ${book.title}`)
      assert.ok(book.pages >= 90 && book.pages <= 1400, `the length of ${book.title}`)
      const sentences = book.description.match(/[.?!](?= |$)/g)?.length ?? 0
      assert.ok(sentences >= 2, `the description of ${book.title}`)
    }
    assert.equal(new Set(books.map((book) => book.title)).size, books.length)
    assert.equal(new Set(books.map((book) => book.description)).size, books.length)

    const soldOut = books.filter((book) => book.stock === 0)
    const low = books.filter((book) => book.stock > 0 && book.stock <= 3)
    assert.equal(soldOut.length, 2)
    assert.ok(low.length >= 3)

    const genres = await listGenres(db)
    assert.equal(genres.length, 8)
    for (const { genre, count } of genres) assert.ok(count >= 9, genre)
  })

  test('the home page shows one featured book of each genre, and the newest are mixed', async () => {
    const db = await testDatabase()
    await seedDatabase(db, { demoAccounts: false, hashPassword })
    const featured = await listFeaturedBooks(db, 100)
    assert.equal(featured.length, 8)
    assert.equal(new Set(featured.map((book) => book.genre)).size, 8)
    for (const book of featured) assert.ok(book.stock > 3, book.title)

    const newest = (await listBooks(db, { sort: 'newest', pageSize: 8 })).books
    assert.ok(new Set(newest.map((book) => book.genre)).size >= 5)
  })
})
