import assert from 'node:assert/strict'
import { closeSync, copyFileSync, openSync, readSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { findBooksByIds } from '../../db/books.ts'
import { insertTestBook, testDatabase, sqliteOf } from '../../db/testing.ts'
import { mountTinyDisk } from '../../db/testing-disk.ts'
import { lockFromAnotherProcess } from '../../db/testing-lock.ts'
import { admin, onEachStorage, openTestShop, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'
import type { TestPage } from '../testing/page.ts'

const newcomer = { name: 'Nell', email: 'nell@example.com', password: 'a tree of many words' }
const address = { address: '12 Window Seat', city: 'Lisbon', postcode: '1100-148', country: 'PT' }
const book = {
  title: 'A New Book',
  author: 'An Author',
  genre: 'Fiction',
  description: 'About <something>.',
  price: '12.50',
  stock: '3',
  year: '2001',
  pages: '200',
  featured: '',
}

function assertRefused(answer: TestPage): void {
  assert.equal(answer.status, 503)
  assert.ok(answer.headers.has('Retry-After'))
  assert.deepEqual(answer.setCookies, [])
  assert.equal(answer.heading, 'One moment, please')
}

async function health(shop: TestShop): Promise<number> {
  shop.pass(1) // it is not tried again and again
  return (await shop.browser().get('/healthz')).status
}

onEachStorage('a database that cannot be written', (open, storage) => {
  it('locked by another process: pages are served, forms are kept and sent again', async () => {
    const shop = await open()
    const browser = shop.browser()
    const { id: bookId, priceCents } = await insertTestBook(shop.db, { stock: 5 })
    await browser.login(reader)
    await browser.post('/cart/items', { bookId })
    const checkout = await browser.get('/checkout')
    const order = {
      ...address,
      name: '<Robin> "R" Reader',
      total: checkout.field('total')!.value!,
      checkoutKey: checkout.field('checkoutKey')!.value!,
    }
    assert.equal(await health(shop), 200)
    shop.pass(600) // so that pages note that the login is in use

    const lock = await lockFromAnotherProcess(shop.config.databaseUrl)
    const [refusedOrder, refusedLogin, refusedNewcomer, unwell, ...served] = await Promise.all([
      browser.post('/checkout', order),
      shop.browser().post('/login', { ...reader, remember: 'on', returnTo: '/orders' }),
      shop.browser().post('/register', newcomer),
      health(shop),
      browser.get('/'),
      browser.get('/account'),
      browser.get('/styles.css'),
      shop.browser().post('/cart/items', { bookId }),
    ])
    for (const answer of [refusedOrder, refusedLogin, refusedNewcomer]) assertRefused(answer)
    assert.equal(unwell, 503)
    assert.deepEqual(
      served.map(({ status }) => status),
      // A cart is put into the session, wherever that is.
      [200, 200, 200, storage === 'database' ? 503 : 303],
    )
    assert.equal(refusedOrder.field('name')!.value, order.name)
    assert.equal(refusedLogin.field('password')!.value, undefined)
    assert.doesNotMatch(refusedLogin.html + refusedNewcomer.html, new RegExp(newcomer.password))

    await lock.release()
    assert.equal(await health(shop), 200)
    const placed = await browser.sendAgain(refusedOrder)
    assert.match(placed.location!, /^\/orders\/\d+$/)
    assert.equal(priceCents, 1000)
    assert.equal((await findBooksByIds(shop.db, [bookId]))[0]!.stock, 4)
    const back = await shop.browser().sendAgain(refusedLogin, { password: reader.password })
    assert.equal(back.location, '/orders')
    assert.match(back.setCookies.join(), /Max-Age=/, 'still remembered')
    const welcome = await shop.browser().sendAgain(refusedNewcomer, { password: newcomer.password })
    assert.equal(welcome.location, '/')
  })

  it('locked for a moment: the form waits', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(reader)
    await browser.post('/cart/items', { bookId: 1 })
    const madeFor = (await browser.get('/cart')).field('madeFor')!.value!
    // Of the same process, so that it is released in time however busy the machine is.
    const other = sqliteOf(await testDatabase(shop.config.databaseUrl))
    const answerTo = async (path: string) => {
      other.exec('begin immediate')
      const answer = browser.post(path, { madeFor, 'quantity-1': 2 })
      await wait(100)
      other.exec('rollback')
      return (await answer).location
    }
    assert.equal(await answerTo('/account/logins/others/remove'), '/account')
    assert.equal(await answerTo('/cart'), '/cart#line-1')
    shop.pass(2 * 60 * 60 + 1)
    assert.match((await answerTo('/cart'))!, /^\/login\?.*&form=kept$/)
  })

  it('on a full disk: never a success whose row is not there', async (t) => {
    const disk = mountTinyDisk(t)
    if (!disk) return
    const shop = await open({ databaseUrl: join(disk.directory, 'bookstore.sqlite') })
    const owner = shop.browser()
    await owner.login(admin)
    const customer = shop.browser()
    await customer.submit('/cart/items', { bookId: 1 })
    assert.equal(await health(shop), 200)

    const mails = await shop.mails()
    disk.fill()
    assert.equal(await health(shop), 503)
    const [login, added, retired, asked] = await Promise.all([
      customer.post('/login', { ...reader }),
      owner.post('/admin/books/new', book),
      owner.post('/admin/books/1/retire'),
      customer.post('/reset-password', { email: reader.email }),
    ])
    for (const answer of [login, added, retired, asked]) assertRefused(answer)
    assert.deepEqual(await shop.mails(), mails)
    assert.equal((await customer.get('/')).signedIn, false)
    assert.equal((await owner.get('/admin/books')).text.includes('A New Book'), false)
    assert.equal((await findBooksByIds(shop.db, [1]))[0]!.retiredAt, null)

    disk.free()
    assert.equal(await health(shop), 200)
    assert.equal((await customer.sendAgain(login, { password: reader.password })).location, '/')
    assert.equal((await customer.get('/cart')).cart, 'Cart, 1 item')
    const books = await owner.follow(await owner.sendAgain(added))
    assert.match(books.text, /A New Book was added/)
  })
})

it('has nobody wait in the event loop for a lock that comes between two looks', async () => {
  const shop = await openTestShop()
  assert.ok(Number(sqliteOf(shop.db).pragma('busy_timeout', { simple: true })) <= 50)
})

it('answers 503 while the file of the database is missing or another one, and well when it is back', async () => {
  const shop = await openTestShop()
  const path = shop.config.databaseUrl
  const browser = shop.browser()
  await browser.submit('/cart/items', { bookId: 1 })
  renameSync(path, `${path}.aside`)
  assert.equal(await health(shop), 503)
  const refused = await browser.post('/register', newcomer)
  assertRefused(refused)

  copyFileSync(`${path}.aside`, path)
  assert.equal(await health(shop), 503)
  assertRefused(await browser.post('/register', newcomer))

  renameSync(`${path}.aside`, path)
  assert.equal(await health(shop), 200)
  assert.equal((await browser.sendAgain(refused, { password: newcomer.password })).location, '/')
  await shop.restart()
  assert.equal((await shop.browser().login(newcomer)).signedIn, true)
  assert.deepEqual(
    shop.log.map(({ event }) => event).filter((event) => event.endsWith('healthy')),
    ['unhealthy', 'healthy'],
    'once for each fault',
  )
})

it('is unhealthy while the pages of the shop cannot be read, and their errors tell nothing', async () => {
  const shop = await openTestShop()
  const client = sqliteOf(shop.db)
  client.pragma('wal_checkpoint(truncate)')
  const pageSize = Number(client.pragma('page_size', { simple: true }))
  const root = client.prepare(`select rootpage from sqlite_schema where name = 'books'`).pluck()
  const file = openSync(shop.config.databaseUrl, 'r+')
  const position = (Number(root.get()) - 1) * pageSize
  const whole = Buffer.alloc(pageSize)
  readSync(file, whole, 0, pageSize, position)

  writeSync(file, Buffer.alloc(pageSize, 0xff), 0, pageSize, position)
  client.pragma('shrink_memory') // it remembers the pages that it has read
  assert.equal(await health(shop), 503)
  for (const path of ['/', '/books']) {
    const answer = await shop.browser().get(path)
    assertRefused(answer)
    assert.doesNotMatch(answer.html, /malformed|SQLITE/)
  }

  writeSync(file, whole, 0, pageSize, position)
  closeSync(file)
  assert.equal((await shop.browser().get('/books')).status, 200)
  assert.equal(await health(shop), 200)
})
