import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createTestSession } from 'remix/session/testing'
import { updateBook } from '../../db/books.ts'
import { addToCart } from '../../db/carts.ts'
import { joinCart } from '../../db/guest-carts.ts'
import { deleteAllLogins, insertLogin } from '../../db/logins.ts'
import { lockFromAnotherProcess } from '../../db/testing-lock.ts'
import { insertTestBook } from '../../db/testing.ts'
import { findUserByEmail } from '../../db/users.ts'
import { createFormKey } from '../ui/form-key.ts'
import { admin, onEachStorage, openTestShop, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'
import type { TestBrowser } from '../testing/browser.ts'

const newcomer = { name: 'Nia New', email: 'nia@example.com', password: 'a password of nia' }

async function idOf({ db }: TestShop, { email }: { email: string }): Promise<number> {
  return (await findUserByEmail(db, email))!.id
}

async function add(browser: TestBrowser, { id: bookId }: { id: number }, quantity = 1) {
  return browser.submit('/cart/items', { bookId, quantity })
}

async function assertCartIs(browser: TestBrowser, items: string): Promise<void> {
  for (const path of ['/', '/cart']) {
    assert.equal((await browser.get(path)).cart, `Cart, ${items}`, path)
  }
}

onEachStorage('the cart at login', (open) => {
  async function openWithBooks() {
    const shop = await open()
    const dunes = await insertTestBook(shop.db, { title: 'Dunes', stock: 9 })
    const tides = await insertTestBook(shop.db, { title: 'Tides', stock: 9 })
    return { shop, dunes, tides }
  }

  it('adds up a guest’s copies and the saved ones, and tells so', async () => {
    const { shop, dunes, tides } = await openWithBooks()
    await addToCart(shop.db, await idOf(shop, reader), dunes, 2)
    const browser = shop.browser()
    await add(browser, dunes, 3)
    await add(browser, tides)
    const page = await browser.login(reader)
    assert.deepEqual(page.notices, [
      'Welcome back, Robin Reader. Added to the cart of your account: Dunes (3 copies), Tides.',
    ])
    await assertCartIs(browser, '6 items')
    assert.deepEqual((await browser.get('/')).notices, [])
  })

  it('tells what could not come along', async () => {
    const { shop, dunes, tides } = await openWithBooks()
    const browser = shop.browser()
    await add(browser, dunes, 8)
    await add(browser, tides)
    await addToCart(shop.db, await idOf(shop, reader), dunes, 8)
    await updateBook(shop.db, tides.id, { stock: 0 })
    const page = await browser.login(reader)
    assert.match(page.notices.join(), /Added to the cart of your account: Dunes\./)
    assert.match(page.notices.join(), /Dunes: your cart holds 9, and no more can be added\./)
    assert.match(page.notices.join(), /Tides is sold out\./)
    await assertCartIs(browser, '9 items')
  })

  it('just comes along where nothing was saved, also at the registration', async () => {
    const { shop, dunes } = await openWithBooks()
    for (const signIn of ['login', 'register']) {
      const browser = shop.browser()
      await add(browser, dunes, 2)
      const page = await browser.submit(`/${signIn}`, signIn === 'login' ? reader : newcomer)
      assert.match(page.notices.join(), /^Welcome( back)?, [^.]*\.( Your account is ready\.)?$/)
      await assertCartIs(browser, '2 items')
    }
  })

  it('leaves an empty cart behind at the logout, and is back after the next login, anywhere', async () => {
    const { shop, dunes } = await openWithBooks()
    const browser = shop.browser()
    await add(browser, dunes, 2)
    await browser.login(reader)
    await browser.submit('/logout')
    await assertCartIs(browser, '0 items')
    const elsewhere = shop.browser()
    for (const next of [browser, elsewhere]) {
      await next.login(reader)
      await assertCartIs(next, '2 items')
    }
  })

  it('is one cart on two devices, which both change', async () => {
    const { shop, dunes, tides } = await openWithBooks()
    const [one, other] = [shop.browser(), shop.browser()]
    await one.login(reader)
    await other.login(reader)
    await add(one, dunes, 2)
    await assertCartIs(other, '2 items')
    await Promise.all([
      ...[one, other, one, other].map((device) => add(device.copy(), dunes)),
      add(one.copy(), tides),
      add(other.copy(), tides),
    ])
    await assertCartIs(one, '8 items')
    await other.submit(`/cart/items/${dunes.id}/remove`)
    await assertCartIs(one, '2 items')
  })

  it('counts once when the login is sent twice, or again because its answer was lost', async () => {
    const { shop, dunes } = await openWithBooks()
    const user = await idOf(shop, reader)
    await addToCart(shop.db, user, dunes, 1)
    const browser = shop.browser()
    await add(browser, dunes, 3)
    const fields = { ...reader, formKey: createFormKey() }
    await browser.copy().post('/login', fields)
    const [page] = await Promise.all([
      browser.submit('/login', fields),
      browser.copy().submit('/login', fields),
    ])
    assert.match(page!.notices.join(), /Added to the cart of your account: Dunes \(3 copies\)\./)
    await assertCartIs(browser, '4 items')
  })

  it('counts a form once that is sent before the login and, as its answer was lost, after it', async () => {
    const { shop, dunes, tides } = await openWithBooks()
    await addToCart(shop.db, await idOf(shop, reader), dunes, 1, 'elsewher')
    const browser = shop.browser()
    await add(browser, tides)
    const forms = [dunes, tides].map(({ id: bookId }) => {
      return { bookId, quantity: 2, formKey: createFormKey() }
    })
    for (const form of forms) await browser.post('/cart/items', form)
    await browser.login(reader)
    for (const form of forms) await browser.post('/cart/items', form)
    await assertCartIs(browser, '6 items')

    // Another guest's cart does not undo that.
    const other = shop.browser()
    await add(other, dunes)
    await other.login(reader)
    await browser.post('/cart/items', forms[0])
    await assertCartIs(browser, '7 items')
  })

  it('counts what an old copy has beyond, and nothing of it twice', async () => {
    const { shop, dunes, tides } = await openWithBooks()
    const browser = shop.browser()
    await add(browser, dunes, 2)
    const copies = [1, 2, 3].map(() => browser.copy())
    await browser.login(reader)
    await browser.get('/')
    // While it is new, a login has every copy of the cookie wait.
    const laterOn = () => shop.pass(600)
    laterOn()

    // The old cookie shows nothing more, on every storage, and brings nothing more.
    for (const copy of copies) await assertCartIs(copy, '0 items')
    await copies[0]!.login(reader)
    await assertCartIs(copies[0]!, '2 items')
    laterOn()
    await copies[1]!.login(admin)
    await assertCartIs(copies[1]!, '0 items')

    laterOn()
    // What is added to it is a guest's new cart.
    await add(copies[2]!, dunes)
    await add(copies[2]!, tides)
    await assertCartIs(copies[2]!, '2 items')
    const again = copies[2]!.copy()
    await copies[2]!.login(reader)
    await assertCartIs(copies[2]!, '4 items')
    laterOn()
    await again.login(reader)
    await assertCartIs(again, '4 items')
  })

  it('is known to one old copy while another one begins a new cart', async () => {
    const { shop, dunes, tides } = await openWithBooks()
    const browser = shop.browser()
    await add(browser, dunes)
    const [copy, other] = [browser.copy(), browser.copy()]
    await browser.login(reader)
    await browser.get('/')
    shop.pass(600)
    for (const each of [copy, other]) await assertCartIs(each, '0 items')
    await add(copy, tides)
    await assertCartIs(copy, '1 item')
    await assertCartIs(other, '0 items')
  })

  it('takes more of a book that has moved, while others of that copy have not', async () => {
    const { shop, dunes, tides } = await openWithBooks()
    const { sessions } = shop
    const browser = shop.browser()
    // Of another tab, whose answer came after the cart had moved.
    const quantities = { [dunes.id]: 2, [tides.id]: 1 }
    browser.receive(
      await createTestSession(sessions.storage, sessions.cookie, (session) => {
        session.set('cart', quantities)
        session.set('cartId', 'old')
      }),
    )
    const moved = { id: 'old', quantities: new Map([[dunes.id, 2]]), pricesSeen: {} }
    await joinCart(shop.db, await idOf(shop, reader), moved, new Date(shop.now()))
    await assertCartIs(browser, '1 item')

    await add(browser, dunes)
    await assertCartIs(browser, '2 items')
    await browser.submit('/cart', { [`quantity-${dunes.id}`]: 3 })
    await assertCartIs(browser, '4 items')
    await browser.login(reader)
    await assertCartIs(browser, '6 items')
  })

  it('never shows one person’s cart to another one, wherever it is kept', async () => {
    const { shop, dunes } = await openWithBooks()
    const browser = shop.browser()
    await add(browser, dunes, 2)
    await browser.login(reader)
    await browser.login(admin)
    await assertCartIs(browser, '0 items')
    await deleteAllLogins(shop.db, await idOf(shop, admin))
    await assertCartIs(browser, '0 items')
    await browser.login(reader)
    await assertCartIs(browser, '2 items')
  })

  it('names a few of many long titles, which fit into a session', async () => {
    const shop = await open()
    const user = await idOf(shop, reader)
    await addToCart(shop.db, user, await insertTestBook(shop.db), 1)
    const browser = shop.browser()
    for (let lines = 0; lines < 50; lines++) {
      const book = await insertTestBook(shop.db, { title: `${'書'.repeat(190)}${lines}`, stock: 9 })
      await add(browser, book, 9)
    }
    const page = await browser.login(reader)
    assert.match(
      page.notices.join(),
      /, 45 more books\. Left out, .* 50 different books: 書{60}…\.$/,
    )
    assert.equal((await browser.get('/cart')).cart, 'Cart, 442 items')
  })
})

it('waits in the session while the database takes nothing', async () => {
  const shop = await openTestShop({ storage: 'fs' })
  const { sessions } = shop
  const dunes = await insertTestBook(shop.db, { title: 'Dunes' })
  const userId = await idOf(shop, reader)
  const login = await insertLogin(shop.db, {
    userId,
    userAgent: '',
    remembered: true,
    now: new Date(),
  })
  const browser = shop.browser()
  browser.receive(
    await createTestSession(sessions.storage, sessions.cookie, (session) => {
      session.set('loginId', login.id)
      session.set('cart', { [dunes.id]: 2 })
      session.set('cartId', 'of a guest')
    }),
  )
  const lock = await lockFromAnotherProcess(shop.config.databaseUrl)
  assert.equal((await browser.get('/')).status, 200)
  await lock.release()
  await assertCartIs(browser, '2 items')
})
