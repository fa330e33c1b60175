import assert from 'node:assert/strict'
import { eq } from '#drizzle-orm'
import { accountQuantities } from '../../db/carts.ts'
import { cartItems } from '../../db/schema-carts.ts'
import { orderLines } from '../../db/schema-orders.ts'
import { findBooksByIds } from '../../db/books.ts'
import { deleteAllLogins } from '../../db/logins.ts'
import { findOrder, listOrders } from '../../db/orders.ts'
import { insertTestBook } from '../../db/testing.ts'
import { findUserByEmail, insertUser } from '../../db/users.ts'
import { createFormKey } from '../auth/form-answer.ts'
import type { TestShop } from './shop.ts'
import type { TestBrowser } from './browser.ts'
import type { TestPage } from './page.ts'
import { assertNothingOf, newPerson } from './person.ts'
import type { Person } from './person.ts'

/** What becomes of the answer to a form. Whatever that is, the form itself has arrived. */
export type Delivery =
  | 'answered'
  /** It is lost: the browser learns nothing. */
  | 'dropped'
  /** The form is sent twice at once, and the second answer is shown. */
  | 'doubled'
  /** It comes after the answer to the next form. */
  | 'late'

interface CheckoutForm {
  owner: Person
  fields: Record<string, string>
  /** Copies of each book, as the page shows them. */
  shown: Map<number, number>
}

let runs = 0

/**
 * One computer that several people use, on a shop that the caller keeps: it sends forms, loses
 * answers, and after each step compares what it sees with what may be.
 */
export class SharedComputer {
  readonly people: Person[]

  readonly #shop: TestShop
  readonly #browser: TestBrowser
  readonly #staff: TestBrowser
  readonly #run = ++runs
  /** Each person puts only own books into the cart, and a guest the last ones. */
  readonly #books = new Map<Person | null, number[]>()
  readonly #stock = new Map<number, number>()
  /** Copies of each book that were ever put into a cart here; a form sent twice puts them in once. */
  readonly #putIn = new Map<number, number>()
  readonly #forms: CheckoutForm[] = []
  readonly #staffForms: TestPage[] = []
  readonly #knownOrders = new Set<number>()
  /** Cookies of before, as a backup has them. */
  readonly #copies: TestBrowser[] = []
  /** Who may be logged in, as far as lost and late answers leave it open. */
  #maybeSignedIn = new Set<Person | null>([null])
  #late: (() => void)[] = []

  private constructor(
    shop: TestShop,
    staff: TestBrowser,
    password: { text: string; hash: string },
  ) {
    this.#shop = shop
    this.#staff = staff
    this.#browser = shop.browser({ address: `198.51.${this.#run % 250}.1` })
    this.people = [0, 1].map(() => newPerson(password.text))
  }

  static async open(
    shop: TestShop,
    staff: TestBrowser,
    password: { text: string; hash: string },
  ): Promise<SharedComputer> {
    const computer = new SharedComputer(shop, staff, password)
    const { hash: passwordHash } = password
    for (const { name, email } of computer.people) {
      await insertUser(shop.db, { name, email, passwordHash, now: new Date() })
    }
    for (const person of [...computer.people, null]) await computer.#stockBooksOf(person)
    return computer
  }

  async add(book: number, quantity: number, delivery: Delivery): Promise<void> {
    const bookId = await this.#ownBook(book)
    this.#countPutIn(bookId, quantity)
    const before = await this.#shownCart()
    const isLast = this.#late.length === 0
    const fields = { bookId, quantity, formKey: createFormKey().slice(0, 8) }
    const { status } = await this.#send('/cart/items', fields, delivery)
    // A session that has gone elsewhere, with the lost answer to a login, takes nothing more, and a
    // late answer may bring another session.
    if (delivery !== 'answered' || status !== 303 || !isLast) return
    const wanted = (before.get(bookId) ?? 0) + quantity
    const stock = this.#stock.get(bookId)!
    const there = (await this.#shownCart()).get(bookId) ?? 0
    assert.equal(there, Math.min(wanted, stock), 'what was added is in the cart')
  }

  async set(book: number, quantity: number, delivery: Delivery): Promise<void> {
    const bookId = await this.#ownBook(book)
    this.#countPutIn(bookId, quantity)
    await this.#send('/cart', { [`quantity-${bookId}`]: quantity }, delivery)
  }

  async logIn(index: number, delivery: Delivery): Promise<void> {
    const person = this.people[index]!
    await this.#signIn(person, '/login', { ...person, returnTo: '/orders' }, delivery)
  }

  /** On a device of their own, where they may add at the same moment from two tabs. */
  async addElsewhere(index: number, book: number, quantity: number): Promise<void> {
    const person = this.people[index]!
    const device = this.#shop.browser({ address: `198.51.${this.#run % 250}.2` })
    await device.login(person)
    const bookId = this.#books.get(person)![book]!
    const before = readCart(await device.get('/cart')).get(bookId) ?? 0
    await Promise.all(
      [1, 2].map(() => {
        this.#countPutIn(bookId, quantity)
        return device.copy().post('/cart/items', { bookId, quantity })
      }),
    )
    const after = readCart(await device.get('/cart')).get(bookId) ?? 0
    const stock = this.#stock.get(bookId)!
    assert.equal(after, Math.min(before + 2 * quantity, stock), 'two tabs lose nothing')
    await device.post('/logout')
  }

  keepCopy(): void {
    this.#copies.push(this.#browser.copy())
  }

  /** Somebody comes with a cookie of before and logs in. */
  async bringCopy(age: number, index: number): Promise<void> {
    const copy = this.#copies.at(-1 - (age % Math.max(1, this.#copies.length)))?.copy()
    if (!copy) return
    this.#shop.pass(60) // a session that was replaced a moment ago has every copy wait
    await copy.login(this.people[index]!)
    // The login of the copy may have been that of this computer.
    this.#maybeSignedIn.add(null)
  }

  async register(delivery: Delivery): Promise<void> {
    const person = newPerson(this.people[0]!.password)
    this.people.push(person)
    await this.#stockBooksOf(person)
    await this.#signIn(person, '/register', { ...person, returnTo: '/orders' }, delivery)
  }

  async logOut(delivery: Delivery): Promise<void> {
    const sent = this.#browser.copy()
    await this.#send('/logout', {}, delivery, [null])
    // Lost or not, the login has ended: no copy of the cookie is worth anything.
    assert.equal((await sent.get('/')).signedIn, false, 'a login is over after the logout')
  }

  /** As on the account page of another device. */
  async signOutElsewhere(index: number): Promise<void> {
    const person = this.people[index]!
    await deleteAllLogins(this.#shop.db, (await findUserByEmail(this.#shop.db, person.email))!.id)
    if (this.#maybeSignedIn.delete(person)) this.#maybeSignedIn.add(null)
  }

  async openCheckout(): Promise<void> {
    const owner = await this.#whoIsSignedIn()
    const page = await this.#browser.get('/checkout')
    if (page.status !== 200) return
    // A guest's: its forms have tests of their own.
    if (!owner) return
    const shown = await this.#shownCart()
    const hidden = ['total', 'checkoutKey'].map((name) => [name, page.field(name)!.value!] as const)
    const fields = {
      name: owner.name,
      address: owner.street,
      city: 'Lisbon',
      postcode: '1100-148',
      country: 'Portugal',
      ...Object.fromEntries(hidden),
    }
    this.#forms.push({ owner, fields, shown })
  }

  /** Sends one of the checkout forms that were opened, the latest for 0, perhaps for the second time. */
  async sendCheckout(age: number, delivery: Delivery): Promise<void> {
    const form = this.#forms.at(-1 - (age % Math.max(1, this.#forms.length)))
    if (form) await this.#send('/checkout', form.fields, delivery)
  }

  async openStockForm(book: number): Promise<void> {
    this.#staffForms.push(await this.#staff.get(`/admin/books/${await this.#ownBook(book)}`))
  }

  /** Saves a form of the admin that was opened, with that many copies more than it showed. */
  async saveStock(age: number, more: number, delivery: Delivery): Promise<void> {
    const form = this.#staffForms.at(-1 - (age % Math.max(1, this.#staffForms.length)))
    if (!form) return
    const names = ['title', 'author', 'genre', 'description', 'price', 'stock', 'year', 'pages']
    const seen = [...names, 'featured'].map((name) => [name, form.field(`seen-${name}`)!.value!])
    const fields: Record<string, string> = Object.fromEntries(
      seen.flatMap(([name, value]) => [
        [name, value],
        [`seen-${name}`, value],
      ]),
    )
    delete fields['featured']
    const stock = Number(fields['stock']) + more
    const path = /\/admin\/books\/\d+(?=")/.exec(form.html)![0]
    for (let times = delivery === 'doubled' ? 2 : 1; times > 0; times--) {
      const { status } = await this.#staff.post(path, {
        ...fields,
        stock,
        description: `${this.#run}, with ${stock}`,
      })
      if (status === 303 && more > 0) this.#stock.set(Number(path.slice(13)), stock)
    }
  }

  /** What must hold after every step. */
  async check(): Promise<void> {
    await this.#checkOrders()
    const signedIn = await this.#whoIsSignedIn()
    const cart = await this.#browser.get('/cart')
    const others = ['/checkout', '/orders', '/account'].map((path) => this.#browser.get(path))
    for (const { html } of [cart, ...(await Promise.all(others))]) {
      for (const person of this.people) {
        if (person !== signedIn) assertNothingOf(person, html)
      }
    }
    await this.#checkCart(cart, signedIn)
  }

  async #checkOrders(): Promise<void> {
    for (const person of this.people) {
      const userId = (await findUserByEmail(this.#shop.db, person.email))?.id
      for (const { id } of userId === undefined ? [] : await listOrders(this.#shop.db, userId)) {
        if (this.#knownOrders.has(id)) continue
        this.#knownOrders.add(id)
        const order = (await findOrder(this.#shop.db, id, userId!))!
        const form = this.#forms.find(({ fields }) =>
          fields['checkoutKey']!.startsWith(order.checkoutKey),
        )
        assert.ok(form, 'an order comes from a form')
        assert.equal(form.owner, person, 'an order is of whom its form was made for')
        assert.deepEqual([order.name, order.address], [person.name, person.street])
        const lines = new Map(order.lines.map(({ bookId, quantity }) => [bookId, quantity]))
        assert.deepEqual(sorted(lines), sorted(form.shown), 'what was shown is ordered')
        for (const [bookId, quantity] of lines) {
          this.#stock.set(bookId, this.#stock.get(bookId)! - quantity)
        }
      }
    }
    for (const { id, stock } of await findBooksByIds(this.#shop.db, this.#stock.keys())) {
      assert.ok(stock >= 0)
      assert.equal(stock, this.#stock.get(id), 'copies are neither made nor lost')
    }
  }

  async #checkCart(page: TestPage, signedIn: Person | null): Promise<void> {
    const cart = readCart(page)
    const own = new Set([...this.#books.get(signedIn)!, ...this.#books.get(null)!])
    for (const bookId of cart.keys()) {
      assert.ok(own.has(bookId), 'nobody has another person’s cart')
    }
    const copies = [...cart.values()].reduce((sum, quantity) => sum + quantity, 0)
    assert.match(page.cart!, new RegExp(`^Cart, ${copies} items?$`), 'the header counts the cart')
    if (signedIn) {
      const saved = [...(await this.#savedCart(signedIn))].map(([bookId, quantity]) => {
        return [bookId, Math.min(quantity, this.#stock.get(bookId)!)] as const
      })
      const shown = new Map(saved.filter(([, quantity]) => quantity > 0))
      assert.deepEqual(sorted(cart), sorted(shown), 'every device shows the account’s cart')
    }
    for (const [bookId, all] of this.#putIn) {
      const ordered = await this.#orderedCopiesOf(bookId)
      const saved = await this.#savedCopiesOf(bookId)
      const guests = signedIn ? 0 : (cart.get(bookId) ?? 0)
      assert.ok(ordered + saved + guests <= all, 'no copy counts twice')
    }
  }

  async #savedCart({ email }: Person): Promise<ReadonlyMap<number, number>> {
    const user = await findUserByEmail(this.#shop.db, email)
    return user ? accountQuantities(this.#shop.db, user.id) : new Map()
  }

  async #savedCopiesOf(bookId: number): Promise<number> {
    const items = await this.#shop.db
      .select({ quantity: cartItems.quantity })
      .from(cartItems)
      .where(eq(cartItems.bookId, bookId))
    return items.reduce((sum, { quantity }) => sum + quantity, 0)
  }

  async #orderedCopiesOf(bookId: number): Promise<number> {
    const lines = await this.#shop.db
      .select({ quantity: orderLines.quantity })
      .from(orderLines)
      .where(eq(orderLines.bookId, bookId))
    return lines.reduce((sum, { quantity }) => sum + quantity, 0)
  }

  async #signIn(
    person: Person,
    path: string,
    fields: Record<string, string>,
    delivery: Delivery,
  ): Promise<void> {
    const before = await this.#whoIsSignedIn()
    // Where nobody has the answer, nobody is logged in by it, and who was may not be any more.
    const unknown = [before, null]
    const maybe = { answered: [person], doubled: [person], dropped: unknown, late: unknown }
    const form = { ...fields, formKey: createFormKey() }
    const cart = before === null ? await this.#shownCart() : new Map<number, number>()
    const saved = await this.#savedCart(person)
    const { status } = await this.#send(path, form, delivery, maybe[delivery], person)
    if (status !== 303 || before === person) return
    const joined = await this.#savedCart(person)
    for (const bookId of new Set([...cart.keys(), ...saved.keys()])) {
      const has = saved.get(bookId) ?? 0
      const sum = Math.min(has + (cart.get(bookId) ?? 0), this.#stock.get(bookId)!)
      const there = joined.get(bookId) ?? 0
      assert.equal(there, Math.max(has, sum), 'the guest’s cart joins the saved one, once')
    }
  }

  async #send(
    path: string,
    fields: Record<string, string | number>,
    delivery: Delivery,
    maybeSignedIn?: (Person | null)[],
    signsIn: Person | null = null,
  ): Promise<TestPage> {
    const owed = this.#late
    this.#late = []
    const sender = await this.#whoIsSignedIn()
    const copies = Array.from({ length: delivery === 'doubled' ? 2 : 1 }, () =>
      this.#browser.copy().post(path, fields),
    )
    const answers = await Promise.all(copies)
    for (const { status, html } of answers) {
      assert.ok(status < 500, html)
      for (const person of this.people) {
        if (person !== sender && person !== signsIn) assertNothingOf(person, html)
      }
    }
    const answer = answers.at(-1)!
    if (delivery === 'late') {
      this.#late.push(() => {
        this.#receive(answer)
        this.#maybeSignedIn.add(signsIn).add(null)
      })
    } else if (delivery !== 'dropped') {
      this.#receive(answer)
    }
    if (maybeSignedIn) this.#maybeSignedIn = new Set(maybeSignedIn)
    for (const arrive of owed) arrive()
    return answer
  }

  #receive({ setCookies }: TestPage): void {
    for (const cookie of setCookies) this.#browser.receive(cookie)
  }

  async #whoIsSignedIn(): Promise<Person | null> {
    const page = await this.#browser.get('/')
    const found = this.people.filter(({ name }) => page.html.includes(`>${name}</a`))
    assert.ok(found.length <= 1)
    const person = found[0] ?? null
    const names = [...this.#maybeSignedIn].map((maybe) => maybe?.name ?? 'nobody')
    assert.ok(
      this.#maybeSignedIn.has(person),
      `${person?.name ?? 'nobody'} is logged in and should be ${names.join(' or ')}`,
    )
    assert.equal(page.signedIn, person !== null)
    return person
  }

  async #shownCart(): Promise<Map<number, number>> {
    return readCart(await this.#browser.get('/cart'))
  }

  async #ownBook(index: number): Promise<number> {
    return this.#books.get(await this.#whoIsSignedIn())![index]!
  }

  #countPutIn(bookId: number, quantity: number): void {
    this.#putIn.set(bookId, (this.#putIn.get(bookId) ?? 0) + quantity)
  }

  async #stockBooksOf(person: Person | null): Promise<void> {
    const books = await Array.fromAsync([1, 2], () =>
      insertTestBook(this.#shop.db, { title: `Book of ${this.#run}`, stock: 6 }),
    )
    for (const { id, stock } of books) this.#stock.set(id, stock)
    this.#books.set(
      person,
      books.map(({ id }) => id),
    )
  }
}

/** The copies that the page of a cart shows of each book. */
function readCart({ html }: TestPage): Map<number, number> {
  const inputs = html.matchAll(/id="quantity-(\d+)"[^>]*?value="(\d+)"/g)
  return new Map([...inputs].map(([, bookId, quantity]) => [Number(bookId), Number(quantity)]))
}

function sorted(quantities: Map<number, number>): [number, number][] {
  return [...quantities].sort(([a], [b]) => a - b)
}
