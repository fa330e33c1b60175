import assert from 'node:assert/strict'
import { test } from 'node:test'

import { eq } from '#drizzle-orm'

import type { Database } from './database.ts'
import { listBooks, listFeaturedBooks } from './book-lists.ts'
import { insertLogin, listLogins } from './logins.ts'
import { users } from './schema.ts'
import { seedBooks } from './seed-books.ts'
import { closeDemoAccounts as closeAccounts, demoAccounts, seedDatabase } from './seed.ts'
import { insertTestBook, insertTestUser, now, onEachDatabase } from './testing.ts'
import { findUserByEmail, findUserById, insertUser, updatePasswordHash } from './users.ts'

const hashPassword = async (password: string) => `hash of ${password}`
const verified: string[] = []
async function verifyPassword(hash: string, password: string): Promise<boolean> {
  verified.push(hash)
  return hash === `hash of ${password}`
}
const closeDemoAccounts = (db: Database) => closeAccounts(db, verifyPassword)

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

  test('the demo accounts can be closed, and nobody else’s is', async () => {
    const db = await testDatabase()
    await seedDatabase(db, { demoAccounts: true, hashPassword })
    await insertTestUser(db, 'customer@example.com')
    const { id } = (await findUserByEmail(db, demoAccounts[0]!.email))!
    await insertLogin(db, { userId: id, userAgent: '', remembered: true, now })
    assert.equal(await closeDemoAccounts(db), demoAccounts.length)
    assert.equal(await findUserByEmail(db, demoAccounts[0]!.email), undefined)
    assert.ok(await findUserById(db, id), 'it stays for its orders')
    assert.deepEqual(await listLogins(db, id), [])
    assert.ok(await findUserByEmail(db, 'customer@example.com'))
    assert.equal(await closeDemoAccounts(db), 0)
  })

  test('a demo account is closed by its password, whatever its address is', async () => {
    const db = await testDatabase()
    await seedDatabase(db, { demoAccounts: true, hashPassword })
    const { id } = (await findUserByEmail(db, 'admin@example.com'))!
    await db.update(users).set({ email: 'boss@shop.example' }).where(eq(users.id, id))
    assert.equal(await closeDemoAccounts(db), 2)
    assert.equal(await findUserByEmail(db, 'boss@shop.example'), undefined)
    assert.equal((await findUserById(db, id))!.passwordHash, '')
  })

  test('whoever has a demo address and a password of their own keeps the account', async () => {
    const db = await testDatabase()
    await seedDatabase(db, { demoAccounts: true, hashPassword })
    const admin = (await findUserByEmail(db, 'admin@example.com'))!
    await updatePasswordHash(db, admin.id, await hashPassword('an evening on the balcony'))
    assert.equal(await closeDemoAccounts(db), 1)
    const name = 'Rea Der'
    const email = 'reader@example.com'
    const customer = { name, email, passwordHash: await hashPassword('of her own'), now }
    await insertUser(db, customer)
    assert.equal(await closeDemoAccounts(db), 0)
    assert.equal((await findUserByEmail(db, email))!.name, name)
    assert.ok(await findUserByEmail(db, 'admin@example.com'))
  })

  test('only what may be a demo account is looked at, however many there are', async () => {
    const db = await testDatabase()
    await seedDatabase(db, { demoAccounts: true, hashPassword })
    for (let n = 0; n < 20; n += 1) await insertTestUser(db, `customer-${n}@example.com`)
    verified.length = 0
    await closeDemoAccounts(db)
    assert.equal(new Set(verified).size, demoAccounts.length)
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
