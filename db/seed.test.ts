import assert from 'node:assert/strict'
import { test } from 'node:test'

import { listBooks, listFeaturedBooks } from './book-lists.ts'
import { seedBooks } from './seed-books.ts'
import { demoAccounts, removeDemoAccounts, seedDatabase } from './seed.ts'
import { insertTestBook, insertTestUser, onEachDatabase } from './testing.ts'
import { findUserByEmail } from './users.ts'

const hashPassword = async (password: string) => `hash of ${password}`

onEachDatabase(({ testDatabase }) => {
  test('an empty database is stocked, once', async () => {
    const db = await testDatabase()
    assert.equal(await seedDatabase(db, { demoAccounts: true, hashPassword }), true)
    const books = (await listBooks(db, { pageSize: 1000 })).books
    assert.equal(books.length, seedBooks().length)
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
    assert.equal((await listBooks(db, { pageSize: 1 })).total, seedBooks().length)
    for (const { email } of demoAccounts) assert.equal(await findUserByEmail(db, email), undefined)
  })

  // Whatever is sold: what stands in seed-books/ is there to be replaced.
  test('each book of the seed can be shown, found and sold', async () => {
    const db = await testDatabase()
    await seedDatabase(db, { demoAccounts: false, hashPassword })
    for (const book of seedBooks()) {
      for (const text of [book.title, book.author, book.genre, book.description]) {
        assert.equal(text, text.trim(), book.title)
        assert.notEqual(text, '')
      }
      for (const number of [book.year, book.pages, book.priceCents, book.stock]) {
        assert.ok(Number.isInteger(number), book.title)
      }
    }
    const { books } = await listBooks(db, { pageSize: 1000 })
    assert.equal(new Set(books.map((book) => book.title)).size, books.length)
    assert.ok((await listFeaturedBooks(db, 1)).length > 0, 'the home page has a book to show')
  })
})
