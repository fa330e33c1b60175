// What waits for what in PostgreSQL, seen while somebody else holds the lock. The races of the other
// tests would come out right by luck as well.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'

import { Client } from 'pg'
import { onPostgres } from 'remix/session/testing/postgres-server'

import { lockForm } from './answered-forms.ts'
import { editBook, updateBook } from './books.ts'
import { addToCart } from './carts.ts'
import { closeDatabase, openDatabase } from './connect.ts'
import type { Database } from './database.ts'
import { lockNames, lockRows } from './dialect.ts'
import { confirmEmail, createEmailLink } from './email-links.ts'
import { joinCart } from './guest-carts.ts'
import { keepForm } from './kept-forms.ts'
import { findLoginToChange, insertLogin } from './logins.ts'
import { placeOrder } from './orders.ts'
import { insertPasskey } from './passkeys.ts'
import { type Book, books } from './schema-books.ts'
import type { Login, User } from './schema.ts'
import { seedDatabase } from './seed.ts'
import { insertTestBook, insertTestUser, now, rowsOf, testDatabase } from './testing.ts'
import { isDatabaseTrouble } from './trouble.ts'
import { findUserToChange } from './users.ts'

const keyOf = (name: string): string => `hashtextextended('${name}', 0)`
const nameLock = (name: string): string => `select pg_advisory_xact_lock(${keyOf(name)})`
const rowLock = (table: string, id: number | string): string =>
  `select from ${table} where id = '${id}' for no key update`

onPostgres('PostgreSQL', (newUrl) => {
  let url: string
  let db: Database
  let observer: Client
  let ann: User
  let login: Login
  let emma: Book
  let walden: Book
  const cart = { id: 'a cart', quantities: new Map<number, number>(), pricesSeen: {} }

  before(async () => {
    url = await newUrl()
    db = await openDatabase(url)
    observer = new Client(url)
    await observer.connect()
    ann = await insertTestUser(db, 'ann@example.com')
    emma = await insertTestBook(db, { stock: 50 })
    walden = await insertTestBook(db, { stock: 50 })
    login = await insertLogin(db, { userId: ann.id, userAgent: '', remembered: false, now })
    await addToCart(db, ann.id, emma, 1)
    cart.quantities.set(emma.id, 1)
  })

  after(async () => {
    await observer.end()
    await closeDatabase(db)
  })

  const transaction = (lock: (tx: Database) => Promise<unknown>) => db.transaction(lock)
  const order = (changes: { userId?: null; cart?: typeof cart }) =>
    placeOrder(db, {
      userId: ann.id,
      checkoutKey: 'key',
      expectedLines: [],
      expectedTotalCents: -1,
      name: 'Ann',
      address: '',
      city: '',
      postcode: '',
      country: '',
      now,
      ...changes,
    })

  /**
   * Makes a call while a lock is held. Answers the statement of the call that waits for it, and what
   * others can lock meanwhile.
   */
  async function waitingFor(
    lock: string,
    call: () => Promise<unknown>,
    others: Record<string, string> = {},
    place = url,
  ): Promise<{ waiting: string; free: string[] }> {
    const client = new Client(place)
    await client.connect()
    try {
      await client.query('begin')
      await client.query(lock)
      const state = { isOver: false }
      const calling = call().finally(() => (state.isOver = true))
      // On the same server there are the databases of other tests.
      const waiters = `select query from pg_stat_activity
        where wait_event_type = 'Lock' and datname = '${new URL(place).pathname.slice(1)}'`
      // Not by the client: within a transaction it is told the same each time.
      const look = async (): Promise<string | undefined> =>
        (await observer.query(waiters)).rows[0]?.query
      while (!state.isOver && (await look()) === undefined) await wait(5)
      // At the moment when the wait begins it is told with the statement before, so look again.
      const waiting = await look()
      const free: string[] = []
      for (const [name, statement] of Object.entries(others)) {
        if (await canRun(statement)) free.push(name)
      }
      await client.query('rollback')
      await calling
      return { waiting: waiting ?? 'nothing waits', free }
    } finally {
      await client.end()
    }
  }

  async function canRun(statement: string): Promise<boolean> {
    const client = new Client(url)
    await client.connect()
    try {
      await client.query(`set lock_timeout = '50ms'`)
      await client.query(statement)
      return true
    } catch (error) {
      assert.equal((error as { code?: string }).code, '55P03')
      return false
    } finally {
      await client.end()
    }
  }

  test('who changes something of a user waits for the user', async () => {
    const key = {
      id: 'key',
      userId: ann.id,
      name: 'Key',
      publicKey: '',
      counter: 0,
      backupEligible: true,
      backedUp: false,
      createdAt: now,
    }
    const token = await createEmailLink(db, { userId: ann.id, email: 'new@example.com' }, now)
    const calls = {
      addToCart: () => addToCart(db, ann.id, emma, 1),
      joinCart: () => joinCart(db, ann.id, cart, now),
      placeOrder: () => order({}),
      keepForm: () => keepForm(db, { userId: ann.id, path: '/', fields: {} }, now),
      insertLogin: () => insertLogin(db, { userId: ann.id, userAgent: '', remembered: false, now }),
      findLoginToChange: () => transaction((tx) => findLoginToChange(tx, login)),
      findUserToChange: () => transaction((tx) => findUserToChange(tx, ann.id)),
      insertPasskey: () => insertPasskey(db, key),
      confirmEmail: () => confirmEmail(db, token, { login, now }),
    }
    for (const [name, call] of Object.entries(calls)) {
      const { waiting } = await waitingFor(rowLock('users', ann.id), call)
      assert.match(waiting, /from "users".*for no key update/, name)
    }
  })

  test('who changes a book, or sells it, waits for the book', async () => {
    const { title, author, genre, description, year, pages, priceCents, stock } = emma
    const wanted = { title, author, genre, description, year, pages, priceCents, stock }
    const calls = {
      updateBook: () => updateBook(db, emma.id, { stock: 50 }),
      editBook: () => editBook(db, emma.id, {}, wanted),
      placeOrder: () => order({}),
      'placeOrder of a guest': () => order({ userId: null, cart: { ...cart, id: 'another' } }),
    }
    for (const [name, call] of Object.entries(calls)) {
      const { waiting } = await waitingFor(rowLock('books', emma.id), call)
      assert.match(waiting, /from "books".*for no key update/, name)
    }
  })

  test('who changes a login waits for it', async () => {
    const changing = () => transaction((tx) => findLoginToChange(tx, login))
    const { waiting } = await waitingFor(rowLock('logins', login.id), changing)
    assert.match(waiting, /from "logins".*for no key update/)
  })

  test('who takes something out of a guest’s cart waits for who does as well', async () => {
    const joining = { ...cart, id: 'joining' }
    const calls = {
      joining: () => joinCart(db, ann.id, joining, now),
      ordering: () => order({ userId: null, cart: { ...cart, id: 'ordering' } }),
    }
    for (const [id, call] of Object.entries(calls)) {
      await rowsOf(
        db,
        `insert into joined_carts (cart_id, taken, joined_at) values ('${id}', '{}', ${now.getTime()})`,
      )
      const taking = `select from joined_carts where cart_id = '${id}' for no key update`
      const { waiting } = await waitingFor(taking, call)
      assert.match(waiting, /^insert into "joined_carts"/)
    }
  })

  test('the same form, and the seed, wait for their name', async () => {
    const calls = {
      'form one': () => transaction((tx) => lockForm(tx, ['one'])),
      [`order ${ann.id} key`]: () => order({}),
    }
    for (const [name, call] of Object.entries(calls)) {
      const { waiting } = await waitingFor(nameLock(name), call)
      assert.match(waiting, /pg_advisory_xact_lock/, name)
    }
    const empty = await newUrl()
    const shop = await testDatabase(empty)
    const options = { demoAccounts: false, hashPassword: async () => '', books: [] }
    const seeding = () => seedDatabase(shop, options)
    const { waiting } = await waitingFor(nameLock('seed'), seeding, {}, empty)
    assert.match(waiting, /pg_advisory_xact_lock/)
  })

  test('rows and names are locked in one order, and nothing before its turn', async () => {
    const ids = [walden.id, emma.id]
    const waldenIsFree = { walden: rowLock('books', walden.id) }
    for (const some of [ids, ids.toReversed()]) {
      const locking = () => transaction((tx) => lockRows(tx, books, some))
      const { free } = await waitingFor(rowLock('books', emma.id), locking, waldenIsFree)
      assert.deepEqual(free, ['walden'])
    }

    const [first, second] = (
      await rowsOf(db, `select name from (values ('a'), ('b')) n (name) order by ${keyOfColumn}`)
    ).map(({ name }) => String(name)) as [string, string]
    const others = { second: nameLock(second) }
    for (const some of [
      [first, second],
      [second, first],
    ]) {
      const locking = () => transaction((tx) => lockNames(tx, ...some))
      assert.deepEqual((await waitingFor(nameLock(first), locking, others)).free, ['second'])
    }

    const bookIsFree = { emma: rowLock('books', emma.id) }
    const name = nameLock(`order ${ann.id} key`)
    const user = { user: rowLock('users', ann.id), ...bookIsFree }
    assert.deepEqual((await waitingFor(name, () => order({}), user)).free, ['user', 'emma'])
    const ofUser = await waitingFor(rowLock('users', ann.id), () => order({}), bookIsFree)
    assert.deepEqual(ofUser.free, ['emma'])
    const loginIsFree = { login: rowLock('logins', login.id) }
    const changing = () => transaction((tx) => findLoginToChange(tx, login))
    const ofLogin = await waitingFor(rowLock('users', ann.id), changing, loginIsFree)
    assert.deepEqual(ofLogin.free, ['login'])
  })

  test('a transaction that others came in the way of is run five times at most', async () => {
    for (const code of ['40001', '40P01']) {
      for (const [failures, attempts] of [
        [4, 5],
        [9, 5],
      ] as const) {
        let run = 0
        const failing = db.transaction(async (tx) => {
          if (run++ < failures) await rowsOf(tx, raise(code))
        })
        if (failures < attempts) await failing
        else await assert.rejects(failing, isDatabaseTrouble)
        assert.equal(run, attempts)
      }
    }
    let run = 0
    const failing = db.transaction(async (tx) => {
      run++
      await rowsOf(tx, raise('23505'))
    })
    await assert.rejects(failing, { code: '23505' })
    assert.equal(run, 1)
  })

  test('a server that starts waits for one that is changing the tables', async () => {
    const empty = await newUrl()
    const client = new Client(empty)
    await client.connect()
    after(() => client.end())
    await client.query('select pg_advisory_lock(4410001)')
    const state = { isOpen: false }
    const opening = openDatabase(empty).then((db) => {
      state.isOpen = true
      return db
    })
    const waiters = `select from pg_locks join pg_database on pg_database.oid = database
      where datname = current_database() and locktype = 'advisory' and not granted`
    while ((await client.query(waiters)).rowCount === 0 && !state.isOpen) await wait(5)
    assert.equal(state.isOpen, false)
    const { rowCount } = await client.query(`select from pg_tables where schemaname = 'public'`)
    assert.equal(rowCount, 0)
    await client.query('select pg_advisory_unlock(4410001)')
    await closeDatabase(await opening)
  })
})

const keyOfColumn = 'hashtextextended(name, 0)'
const raise = (code: string): string =>
  `do $$ begin raise exception using errcode = '${code}'; end $$`
