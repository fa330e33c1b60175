import assert from 'node:assert/strict'
import { it } from 'node:test'
import { deleteAllLogins } from '../../db/logins.ts'
import { insertTestBook } from '../../db/testing.ts'
import { findUserByEmail } from '../../db/users.ts'
import { admin, onEachStorage, reader } from '../testing/shop.ts'
import type { TestBrowser } from '../testing/browser.ts'
import type { TestPage } from '../testing/page.ts'

const newcomer = { name: 'Nia New', email: 'nia@example.com', password: 'a password of nia' }

function assertNothingOfReader(page: TestPage): void {
  assert.doesNotMatch(page.html, /Dunes|Robin/)
}

/** The ways in which somebody else comes to sit at the browser of the reader. */
const arrivals: Record<string, (browser: TestBrowser) => Promise<TestPage>> = {
  'logs in over a login': (browser) => browser.login(admin),
  'registers over a login': (browser) => browser.submit('/register', newcomer),
}

/** The buttons on the page of the cart. */
const buttons: Record<string, { path: (id: number) => string; typed: Record<string, string> }> = {
  changed: { path: () => '/cart', typed: {} },
  'checked out': { path: () => '/cart', typed: { checkout: '' } },
  emptied: { path: (id) => `/cart/items/${id}/remove`, typed: {} },
}

onEachStorage('a cart', (open) => {
  async function openWithCart() {
    const shop = await open()
    const book = await insertTestBook(shop.db, { title: 'Dunes' })
    const browser = shop.browser()
    await browser.login(reader)
    await browser.submit('/cart/items', { bookId: book.id, quantity: 2 })
    const signOutElsewhere = async () =>
      deleteAllLogins(shop.db, (await findUserByEmail(shop.db, reader.email))!.id)
    return { shop, book, browser, signOutElsewhere }
  }

  it('of a guest comes along when the guest logs in or registers', async () => {
    const shop = await open()
    for (const signIn of Object.values(arrivals)) {
      const browser = shop.browser()
      await browser.submit('/cart/items', { bookId: 1, quantity: 3 })
      assert.equal((await signIn(browser)).cart, 'Cart, 3 items')
    }
  })

  for (const [arrival, arrive] of Object.entries(arrivals)) {
    for (const first of ['is logged in', 'was logged out from elsewhere']) {
      it(`of a person who ${first} is not that of another who ${arrival}`, async () => {
        const { browser, signOutElsewhere } = await openWithCart()
        if (first !== 'is logged in') await signOutElsewhere()
        assert.equal((await arrive(browser)).cart, 'Cart, 0 items')
        assertNothingOfReader(await browser.get('/cart'))
        // Nor does it come back with the next book.
        const added = await browser.submit('/cart/items', { bookId: 1 })
        assert.equal(added.cart, 'Cart, 1 item')
        assertNothingOfReader(added)
      })
    }
  }

  it('that a guest brought along is the person’s from the login on', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.submit('/cart/items', { bookId: 1, quantity: 3 })
    await browser.login(reader)
    assert.equal((await browser.login(admin)).cart, 'Cart, 0 items')
  })

  it('is not shown to whoever comes after a logout elsewhere, and waits for its owner', async () => {
    const { shop, book, browser, signOutElsewhere } = await openWithCart()
    await signOutElsewhere()
    for (const path of ['/', '/cart', `/books/${book.slug}`]) {
      const page = await browser.get(path)
      assert.equal(page.cart, 'Cart, 0 items', path)
      assert.doesNotMatch(page.text, /2 copies in your cart/)
    }
    assert.equal((await browser.login(reader)).cart, 'Cart, 2 items')

    await deleteAllLogins(shop.db, (await findUserByEmail(shop.db, reader.email))!.id)
    const guests = await browser.submit('/cart/items', { bookId: 1 })
    assert.equal(guests.cart, 'Cart, 1 item')
    assertNothingOfReader(guests)
    assert.equal((await browser.login(reader)).cart, 'Cart, 3 items')
  })

  it('is not changed by a page that somebody else left open', async () => {
    const { book, browser } = await openWithCart()
    const left = await browser.get('/cart')
    const madeFor = left.field('madeFor')!.value!
    await browser.login(admin)
    await browser.submit('/cart/items', { bookId: book.id })
    for (const path of ['/cart', `/cart/items/${book.id}/remove`]) {
      const page = await browser.submit(path, { [`quantity-${book.id}`]: 7, madeFor })
      assert.match(page.alerts.join(), /opened while somebody else was logged in/)
      assert.equal(page.cart, 'Cart, 1 item')
    }
    const own = (await browser.get('/cart')).field('madeFor')!.value!
    const changed = await browser.submit('/cart', { [`quantity-${book.id}`]: 7, madeFor: own })
    assert.equal(changed.cart, 'Cart, 7 items')
  })

  for (const [what, { path, typed }] of Object.entries(buttons)) {
    it(`is not ${what} by a page whose login has ended, and neither is the guest’s of then`, async () => {
      const { shop, book, browser } = await openWithCart()
      const other = await insertTestBook(shop.db)
      const left = await browser.get('/cart')
      const madeFor = left.field('madeFor')!.value!
      shop.pass(2 * 60 * 60 + 1)
      await browser.submit('/cart/items', { bookId: other.id })
      const shown = left.field('shown')!.value!
      const quantity = `quantity-${book.id}`
      const form = { madeFor, shown, [quantity]: 3, ...typed }
      const answer = await browser.post(path(book.id), form)
      assert.match(answer.location!, /^\/login\?returnTo=%2Fcart/)
      const login = await browser.follow(answer)
      assert.match(login.alerts.join(), /^Please log in/)
      assert.equal(login.cart, 'Cart, 1 item')

      const returnTo = login.field('returnTo')!.value!
      const cart = await browser.submit('/login', { ...reader, returnTo })
      assert.equal(cart.heading, 'Your cart')
      assert.equal(cart.cart, 'Cart, 3 items')
      assert.equal(cart.field(`quantity-${other.id}`)!.value, '1')
    })
  }

  it('shows what was typed before its login had ended, to the same person, until it is sent', async () => {
    const { shop, book, browser } = await openWithCart()
    const left = await browser.get('/cart')
    const [madeFor, shown] = ['madeFor', 'shown'].map((name) => left.field(name)!.value!)
    const form = { madeFor: madeFor!, shown: shown!, [`quantity-${book.id}`]: 5 }
    shop.pass(2 * 60 * 60 + 1)
    const same = await browser.submit('/cart', { ...form, [`quantity-${book.id}`]: 2 })
    assert.deepEqual(same.alerts, ['Please log in, and then send the form again.'])
    const login = await browser.submit(`/cart/items/${book.id}/remove`, form)
    assert.deepEqual(login.alerts, ['Please log in to go on. What you typed is kept.'])

    const returnTo = login.field('returnTo')!.value!
    const other = browser.copy()
    await other.login(admin)
    await other.submit('/cart/items', { bookId: book.id })
    assert.equal((await other.get(returnTo)).field(`quantity-${book.id}`)!.value, '1')

    const cart = await browser.submit('/login', { ...reader, returnTo })
    assert.equal(cart.field(`quantity-${book.id}`)!.value, '5')
    assert.equal(cart.cart, 'Cart, 2 items')
    assert.match(cart.text, /Your cart holds 2 copies until you update it\./)
    const kept = cart.field('kept')!.value!
    assert.equal((await browser.submit('/cart', { ...form, kept })).cart, 'Cart, 5 items')
    await browser.submit('/cart', { [`quantity-${book.id}`]: 3, madeFor: madeFor! })
    const later = await browser.get(returnTo)
    assert.equal(later.field(`quantity-${book.id}`)!.value, '3', 'used up')
    assert.doesNotMatch(later.text, /until you update it/)
  })

  it('is not changed by the page of the guest who has logged in meanwhile, where it holds more', async () => {
    const { shop, book, browser: elsewhere } = await openWithCart()
    const tides = await insertTestBook(shop.db, { title: 'Tides' })
    const guest = shop.browser()
    for (const { id } of [book, tides]) await guest.submit('/cart/items', { bookId: id })
    const shown = (await guest.get('/cart')).field('shown')!.value!
    await guest.login(reader)
    const [dunesField, tidesField] = [`quantity-${book.id}`, `quantity-${tides.id}`]
    const sent = { shown, [dunesField]: 1, [tidesField]: 1 }
    const told =
      'You have logged in since this page was opened, and the cart of your account holds more than it showed, so nothing was changed.'
    for (const [path, copies] of [
      [`/cart/items/${book.id}/remove`, 1],
      [`/cart/items/${tides.id}/remove`, 5],
      ['/cart', 5],
    ] as const) {
      const page = await guest.post(path, { ...sent, [dunesField]: copies })
      assert.equal(page.status, 422)
      assert.deepEqual(page.alerts, [told])
      assert.equal(page.cart, 'Cart, 4 items')
      assert.equal(page.field(dunesField)!.value, copies === 1 ? '3' : '5')
    }
    // What is as it was shown is changed.
    const one = await guest.submit(`/cart/items/${tides.id}/remove`, sent)
    assert.deepEqual(one.notices, ['Tides was removed from your cart.'])
    assert.equal((await elsewhere.get('/')).cart, 'Cart, 3 items')
    const now = (await guest.get('/cart')).field('shown')!.value!
    const own = await guest.submit('/cart', { shown: now, [dunesField]: 5 })
    assert.deepEqual(own.notices, ['Dunes (5 copies) is in your cart.'])
  })
})
