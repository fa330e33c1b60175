import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { deleteAllLogins } from '../../db/logins.ts'
import { findUserByEmail, insertUser } from '../../db/users.ts'
import { createFormKey } from '../ui/form-key.ts'
import type { TestShop } from './shop.ts'
import type { TestBrowser } from './browser.ts'
import { byAge } from './by-age.ts'
import { CartLedger, readCart } from './cart-ledger.ts'
import { LossyBrowser } from './lossy-browser.ts'
import type { Delivery } from './lossy-browser.ts'
import { OrderLedger } from './order-ledger.ts'
import type { Buyer, CheckoutForm, LedgerOrder } from './order-ledger.ts'
import type { TestPage } from './page.ts'
import { assertNothingOf, newPerson } from './person.ts'
import type { Person } from './person.ts'
import { StaffForms } from './staff-forms.ts'

let runs = 0

/**
 * One computer that several people use, on a shop that the caller keeps: it sends forms, loses
 * answers, and after each step compares what it sees with what may be.
 */
export class SharedComputer {
  /** Those with an account. */
  readonly people: Person[] = []
  readonly staff: StaffForms

  readonly #shop: TestShop
  readonly #lossy: LossyBrowser
  readonly #ledger: OrderLedger
  readonly #carts: CartLedger
  readonly #password: string
  readonly #run = ++runs
  /** The guests that people were before they logged in. */
  readonly #wereGuests = new Map<Person, Set<string | undefined>>()
  /** Cookies of before, as a backup has them. */
  readonly #copies: TestBrowser[] = []

  private constructor(shop: TestShop, staff: TestBrowser, password: string) {
    this.#shop = shop
    this.#password = password
    this.#lossy = new LossyBrowser(shop, `198.51.${this.#run % 250}.1`)
    this.#ledger = new OrderLedger(shop)
    this.#carts = new CartLedger(shop, this.#ledger.stock)
    this.staff = new StaffForms(staff, this.#ledger.stock)
  }

  static async open(
    shop: TestShop,
    staff: TestBrowser,
    password: { text: string; hash: string },
  ): Promise<SharedComputer> {
    const computer = new SharedComputer(shop, staff, password.text)
    for (let count = 0; count < 2; count++) {
      const { name, email } = await computer.#addPerson()
      await insertUser(shop.db, { name, email, passwordHash: password.hash, now: new Date() })
    }
    await computer.#carts.stockBooksOf(null)
    return computer
  }

  async add(book: number, quantity: number, delivery: Delivery): Promise<void> {
    const bookId = await this.#ownBook(book)
    this.#carts.countPutIn(bookId, quantity)
    const before = await this.#shownCart()
    const isLast = this.#lossy.isUpToDate
    const fields = { bookId, quantity, formKey: createFormKey() }
    const { status } = await this.#lossy.send('/cart/items', fields, delivery)
    // A session that has gone elsewhere, with the lost answer to a login, takes nothing more, and a
    // late answer may bring another session.
    if (delivery !== 'answered' || status !== 303 || !isLast) return
    const wanted = (before.get(bookId) ?? 0) + quantity
    const stock = this.#ledger.stock.get(bookId)!
    const there = (await this.#shownCart()).get(bookId) ?? 0
    assert.equal(there, Math.min(wanted, stock), 'what was added is in the cart')
  }

  /** The session with the book is saved only after something else was done, and looked at. */
  async addSlowly(book: number, quantity: number, meanwhile: () => Promise<void>): Promise<void> {
    const bookId = await this.#ownBook(book)
    this.#carts.countPutIn(bookId, quantity)
    const sender = await this.#lossy.whoIsSignedIn()
    const finish = await this.#lossy.sendSlowly('/cart/items', { bookId, quantity })
    await meanwhile()
    await this.check()
    const { status } = await finish()
    if (status !== 303) return
    // A guest’s cart goes along with the login.
    const cart = sender ? await this.#carts.saved(sender) : await this.#shownCart()
    const there = cart.get(bookId) ?? 0
    const stock = this.#ledger.stock.get(bookId)!
    assert.ok(there >= Math.min(quantity, stock), 'what was told to be in the cart is there')
  }

  async set(book: number, quantity: number, delivery: Delivery): Promise<void> {
    const bookId = await this.#ownBook(book)
    this.#carts.countPutIn(bookId, quantity)
    await this.#lossy.send('/cart', { [`quantity-${bookId}`]: quantity }, delivery)
  }

  async logIn(index: number, delivery: Delivery): Promise<void> {
    const person = this.people[index]!
    await this.#signIn(person, '/login', { ...person, returnTo: '/orders' }, delivery)
  }

  /** The login is saved only after a book was added, in another tab. */
  async logInWhileAdding(index: number, book: number, quantity: number): Promise<void> {
    const person = this.people[index]!
    const { person: before, guestId } = await this.#lossy.buyer()
    if (before !== null) return
    this.#wereGuests.get(person)!.add(guestId)
    const form = { ...person, formKey: createFormKey() }
    const bookId = await this.#ownBook(book)
    const finish = await this.#lossy.sendSlowly('/login', form, person)
    await this.add(book, quantity, 'answered')
    await this.check()
    await finish()
    // Of two cookies the later one stays, and each has what its request knew.
    if (guestId === undefined || this.#shop.config.sessionStorage === 'cookie') return
    const there = (await this.#shownCart()).get(bookId) ?? 0
    const stock = this.#ledger.stock.get(bookId)!
    assert.ok(there >= Math.min(quantity, stock), 'what was added meanwhile comes along')
  }

  /** On a device of their own, where they may add at the same moment from two tabs. */
  async addElsewhere(index: number, book: number, quantity: number): Promise<void> {
    const person = this.people[index]!
    const device = await this.#deviceOf(person)
    const bookId = this.#carts.booksOf(person)[book]!
    const before = readCart(await device.get('/cart')).get(bookId) ?? 0
    await Promise.all(
      [1, 2].map(() => {
        this.#carts.countPutIn(bookId, quantity)
        return device.copy().post('/cart/items', { bookId, quantity })
      }),
    )
    const after = readCart(await device.get('/cart')).get(bookId) ?? 0
    const stock = this.#ledger.stock.get(bookId)!
    assert.equal(after, Math.min(before + 2 * quantity, stock), 'two tabs lose nothing')
    await device.post('/logout')
  }

  keepCopy(): void {
    this.#copies.push(this.#lossy.browser.copy())
  }

  /** Somebody comes with a cookie of before and logs in. */
  async bringCopy(age: number, index: number): Promise<void> {
    const copy = byAge(this.#copies, age)?.copy()
    if (!copy) return
    this.#shop.pass(60) // a session that was replaced a moment ago has every copy wait
    await copy.login(this.people[index]!)
    // The login of the copy may have been that of this computer.
    this.#lossy.noteMaybeSignedOut()
  }

  async register(delivery: Delivery): Promise<void> {
    const person = await this.#addPerson()
    await this.#signIn(person, '/register', { ...person, returnTo: '/orders' }, delivery)
  }

  async logOut(delivery: Delivery): Promise<void> {
    const sent = this.#lossy.browser.copy()
    await this.#lossy.send('/logout', {}, delivery, { maybeSignedIn: [null] })
    // Lost or not, the login has ended: no copy of the cookie is worth anything.
    assert.equal((await sent.get('/')).signedIn, false, 'a login is over after the logout')
  }

  /** As on the account page of another device. */
  async signOutElsewhere(index: number): Promise<void> {
    const person = this.people[index]!
    await deleteAllLogins(this.#shop.db, (await findUserByEmail(this.#shop.db, person.email))!.id)
    this.#lossy.noteSignedOut(person)
  }

  async openCheckout(): Promise<void> {
    const madeFor = await this.#lossy.buyer()
    const page = await this.#lossy.browser.get('/checkout')
    if (page.status !== 200) return
    const typed = madeFor.person ?? this.#newGuest()
    const hidden = ['total', 'checkoutKey'].map((name) => [name, page.field(name)!.value!] as const)
    const fields = {
      ...(madeFor.person === null && { email: typed.email }),
      name: typed.name,
      address: typed.street,
      city: 'Lisbon',
      postcode: '1100-148',
      country: 'Portugal',
      ...Object.fromEntries(hidden),
    }
    const shown = await this.#shownCart()
    this.#ledger.forms.push({ madeFor, typed, fields, shown, isSent: false })
  }

  /** Sends one of the checkout forms that were opened, the latest for 0, perhaps for the second time. */
  async sendCheckout(age: number, delivery: Delivery): Promise<void> {
    const form = byAge(this.#ledger.forms, age)
    if (!form) return
    const buyer = await this.#lossy.buyer()
    // A late answer may bring a cookie whose cart has more than was ordered: that stays.
    const isLast = this.#lossy.isUpToDate
    const { fields, typed, order: orderOfBefore } = form
    const answer = await this.#lossy.send('/checkout', fields, delivery, { typed })
    await this.#checkAnswer(form, buyer, answer)
    const isStillHere = isDeepStrictEqual(await this.#lossy.buyer(), buyer)
    const leads = answer.location?.startsWith('/orders/')
    if (!orderOfBefore && leads && isStillHere && isLast) {
      assert.equal((await this.#shownCart()).size, 0, 'the cart leaves with its order')
    }
  }

  /** Its session is saved only after something else was done, and looked at. */
  async sendCheckoutSlowly(age: number, meanwhile: () => Promise<void>): Promise<void> {
    const form = byAge(this.#ledger.forms, age)
    if (!form) return
    const buyer = await this.#lossy.buyer()
    if (isDeepStrictEqual(buyer, form.madeFor)) form.isSent = true
    const finish = await this.#lossy.sendSlowly('/checkout', form.fields)
    await meanwhile()
    const answer = await finish()
    // A session in a cookie takes nothing more when another one has replaced it.
    if (answer.status === 303) await this.#checkAnswer(form, buyer, answer)
  }

  /** Puts what the form shows into the cart once more and sends it, as who did not see its order. */
  async sendCheckoutWithTheSame(age: number): Promise<void> {
    const form = byAge(this.#ledger.forms, age)
    if (!form) return
    const own = this.#carts.booksOf(await this.#lossy.whoIsSignedIn())
    for (const [bookId, quantity] of form.shown) {
      const book = own.indexOf(bookId)
      if (book !== -1) await this.add(book, quantity, 'answered')
    }
    await this.sendCheckout(age, 'answered')
  }

  /** Sends one with a cookie of before. */
  async sendCheckoutFromCopy(copyAge: number, age: number): Promise<void> {
    const copy = byAge(this.#copies, copyAge)?.copy()
    const form = byAge(this.#ledger.forms, age)
    if (!copy || !form) return
    this.#shop.pass(60)
    const buyer = await this.#lossy.buyer(copy)
    await this.#checkAnswer(form, buyer, await copy.post('/checkout', form.fields))
  }

  async #checkAnswer(form: CheckoutForm, buyer: Buyer, { location }: TestPage): Promise<void> {
    const isOwn = isDeepStrictEqual(buyer, form.madeFor)
    const wasOwn = buyer.person && this.#wereGuests.get(buyer.person)?.has(form.madeFor.guestId)
    if (isOwn) form.isSent = true
    // It may be an order since this answer, or since the first of two.
    await this.#ledger.check()
    const { order } = form
    if (!location?.startsWith('/orders/')) {
      assert.ok(!isOwn || !order, 'a form that is an order leads to it')
    } else {
      assert.ok(isOwn || wasOwn, 'nobody is led to the order of another one')
      assert.equal(location, order?.link ?? `/orders/${order?.id}`)
    }
  }

  /** Who is here follows the link to the order of a guest and keeps it, if that can be. */
  async keepOrder(age: number, delivery: Delivery): Promise<void> {
    const order = byAge(this.#ledger.guestOrders, age)
    if (!order) return
    const keeper = await this.#lossy.whoIsSignedIn()
    const fields = keepFields(await this.#lossy.browser.get(order.link!))
    const { typed } = order.form
    const { location } = await this.#lossy.send(`${order.link}/keep`, fields, delivery, { typed })
    noteKept(order, keeper, location)
  }

  /** On a device of their own, without having seen the page. */
  async keepOrderElsewhere(index: number, age: number): Promise<void> {
    const order = byAge(this.#ledger.guestOrders, age)
    if (!order) return
    const device = await this.#deviceOf(this.people[index]!)
    const { location } = await device.post(`${order.link}/keep`)
    noteKept(order, this.people[index]!, location)
    await device.post('/logout')
  }

  async openStockForm(book: number): Promise<void> {
    await this.staff.open(await this.#ownBook(book))
  }

  /** What must hold after every step. */
  async check(): Promise<void> {
    await this.#ledger.check()
    const signedIn = await this.#lossy.whoIsSignedIn()
    const { browser, everybody } = this.#lossy
    const cart = await browser.get('/cart')
    const others = ['/checkout', '/orders', '/account'].map((path) => browser.get(path))
    for (const { html } of [cart, ...(await Promise.all(others))]) {
      for (const person of everybody) {
        if (person !== signedIn) assertNothingOf(person, html)
      }
    }
    await this.#carts.check(cart, signedIn)
  }

  async #signIn(
    person: Person,
    path: string,
    fields: Record<string, string>,
    delivery: Delivery,
  ): Promise<void> {
    const { person: before, guestId } = await this.#lossy.buyer()
    if (before === null) this.#wereGuests.get(person)!.add(guestId)
    // Where nobody has the answer, nobody is logged in by it, and who was may not be any more.
    const unknown = [before, null]
    const maybe = { answered: [person], doubled: [person], dropped: unknown, late: unknown }
    const form = { ...fields, formKey: createFormKey() }
    const cart = before === null ? await this.#shownCart() : new Map<number, number>()
    const saved = await this.#carts.saved(person)
    const { status } = await this.#lossy.send(path, form, delivery, {
      maybeSignedIn: maybe[delivery],
      signsIn: person,
    })
    if (status !== 303 || before === person) return
    const joined = await this.#carts.saved(person)
    for (const bookId of new Set([...cart.keys(), ...saved.keys()])) {
      const has = saved.get(bookId) ?? 0
      const sum = Math.min(has + (cart.get(bookId) ?? 0), this.#ledger.stock.get(bookId)!)
      const there = joined.get(bookId) ?? 0
      assert.equal(there, Math.max(has, sum), 'the guest’s cart joins the saved one, once')
    }
  }

  async #addPerson(): Promise<Person> {
    const person = newPerson(this.#password)
    this.people.push(person)
    this.#wereGuests.set(person, new Set())
    this.#lossy.everybody.push(person)
    await this.#carts.stockBooksOf(person)
    return person
  }

  #newGuest(): Person {
    const guest = newPerson('')
    this.#lossy.everybody.push(guest)
    return guest
  }

  async #deviceOf(person: Person): Promise<TestBrowser> {
    const device = this.#shop.browser({ address: `198.51.${this.#run % 250}.2` })
    await device.login(person)
    return device
  }

  async #shownCart(): Promise<Map<number, number>> {
    return readCart(await this.#lossy.browser.get('/cart'))
  }

  async #ownBook(index: number): Promise<number> {
    return this.#carts.booksOf(await this.#lossy.whoIsSignedIn())[index]!
  }
}

function keepFields(page: TestPage): Record<string, string> {
  const madeFor = page.field('madeFor')?.value
  return madeFor === undefined ? {} : { madeFor }
}

function noteKept(order: LedgerOrder, by: Person | null, location: string | null): void {
  order.keeper ??= by
  const isKept = location === `/orders/${order.id}`
  assert.equal(isKept, by !== null && order.keeper === by, 'who keeps an order first has it')
}
