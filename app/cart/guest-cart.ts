import { randomBytes } from 'node:crypto'
import type { Session } from 'remix/session'
import { findListedBooks } from '../../db/books.ts'
import { fitQuantity, MAX_QUANTITY } from '../../db/carts.ts'
import type { CartOutcome, SeenItem } from '../../db/carts.ts'
import { cached } from '../../db/answer-cache.ts'
import { takenFromCart, withoutTaken } from '../../db/guest-carts.ts'
import type { StoredCart } from '../../db/guest-carts.ts'
import type { Database } from '../../db/database.ts'
import type { Book } from '../../db/schema-books.ts'
import { readSession } from '../session-values.ts'
import type { Cart, CartContents } from './cart-interface.ts'

/** Of so many forms a guest's session remembers that they were sent. */
const FORMS_REMEMBERED = 4

/** The most copies that are counted of a book, those that were taken among them. */
const MOST_COUNTED = 9999

interface OpenCart {
  /** As the session has them: what was put in, with what was taken out since. */
  stored: Map<number, number>
  taken: Map<number, number>
  /** What is in the cart. */
  quantities: Map<number, number>
}

/**
 * The cart of a guest: what the session holds, without what joined the cart of an account. That it did
 * is known to the database alone. A session may not have heard of it: it lies in a cookie from before,
 * or saving it failed.
 */
export class GuestCart implements Cart {
  readonly #db: Database
  readonly #session: Session
  #opened: Promise<OpenCart> | undefined

  constructor(db: Database, session: Session) {
    this.#db = db
    this.#session = session
  }

  async read(): Promise<CartContents> {
    const { quantities } = await this.#open()
    if (quantities.size === 0) return { items: [], vanished: [] }
    const pricesSeen = readSession(this.#session, 'pricesSeen') ?? {}
    // In one order, so that it is one question.
    const ids = [...quantities.keys()].sort()
    const books = await cached(this.#db, `books of ids ${ids}`, () =>
      findListedBooks(this.#db, ids),
    )
    const found = new Set(books.map(({ id }) => id))
    return {
      items: books.map((book) => ({
        book,
        quantity: quantities.get(book.id)!,
        priceSeen: pricesSeen[book.id] ?? book.priceCents,
      })),
      vanished: [...quantities.keys()].filter((bookId) => !found.has(bookId)),
    }
  }

  async add(book: Book, quantity: number, formKey: string | null): Promise<CartOutcome> {
    const has = (await this.#open()).quantities.get(book.id) ?? 0
    const sent = readSession(this.#session, 'cartForms') ?? []
    const form = `${formKey}-${book.id}`
    if (formKey !== null && has > 0 && sent.includes(form)) {
      return { kind: 'changed', quantity: has }
    }
    const outcome = await this.set(book, has + quantity)
    if (formKey !== null && 'quantity' in outcome) {
      this.#session.set('cartForms', [...sent, form].slice(-FORMS_REMEMBERED))
    }
    return outcome
  }

  async set(book: Book, wanted: number): Promise<CartOutcome> {
    const { quantities } = await this.#open()
    const has = quantities.get(book.id) ?? 0
    const outcome = fitQuantity(book, wanted, { has, lines: quantities.size })
    if ('quantity' in outcome) await this.#put(book, outcome.quantity)
    return outcome
  }

  async remove(bookId: number): Promise<void> {
    this.#session.merge('cart', { [bookId]: undefined })
    this.#session.merge('pricesSeen', { [bookId]: undefined })
    const { quantities } = await this.#open()
    quantities.delete(bookId)
  }

  noteTold({ book, quantity }: SeenItem): Promise<void> {
    return this.#put(book, quantity)
  }

  async #put({ id, priceCents }: SeenItem['book'], quantity: number): Promise<void> {
    const cart = await this.#open()
    if (cart.quantities.size === 0) this.#beginAnew(cart)
    // Said again: a login that is faster may move this cart into an account, and its id leaves the session.
    else this.#session.set('cartId', readSession(this.#session, 'cartId')!)
    // What was taken is counted on, under the same id: every copy of this session has what was taken
    // once more, and it must not count again.
    const taken = cart.taken.get(id) ?? 0
    // Merged, not set: another tab that adds another book at the same moment keeps it.
    this.#session.merge('cart', { [id]: taken + quantity })
    this.#session.merge('pricesSeen', { [id]: priceCents })
    cart.quantities.set(id, quantity)
  }

  /** Where nothing is left, under an id of which nothing was taken. */
  #beginAnew({ stored, taken }: OpenCart): void {
    const guestId = guestIdOf(this.#session)
    if (guestId !== undefined) this.#session.set('guestId', guestId)
    // Book by book: what another tab adds at this moment stays.
    for (const bookId of stored.keys()) {
      this.#session.merge('cart', { [bookId]: undefined })
      this.#session.merge('pricesSeen', { [bookId]: undefined })
    }
    this.#session.set('cartId', createCartId())
    stored.clear()
    taken.clear()
  }

  #open(): Promise<OpenCart> {
    return (this.#opened ??= this.#read())
  }

  async #read(): Promise<OpenCart> {
    const stored = readQuantities(this.#session)
    const id = readSession(this.#session, 'cartId')
    // Without an id nobody would know what was taken out of it: then there is none.
    const isStored = id !== undefined && stored.size > 0
    const taken = new Map(isStored ? await this.#takenFrom(id) : [])
    const left = isStored ? [...withoutTaken(stored, taken)] : []
    const quantities = new Map(left.map(([id, copies]) => [id, Math.min(copies, MAX_QUANTITY)]))
    return { stored, taken, quantities }
  }

  #takenFrom(id: string): Promise<ReadonlyMap<number, number>> {
    return cached(this.#db, `taken from ${id}`, () => takenFromCart(this.#db, id))
  }
}

/** Reads the cart of a session. Anything in it that cannot be is left out. */
function readQuantities(session: Session): Map<number, number> {
  const cart = Object.entries(readSession(session, 'cart') ?? {})
  const quantities = cart.map(([id, quantity]) => [Number(id), quantity] as const)
  return new Map(
    quantities.filter(([bookId, quantity]) => Number.isSafeInteger(bookId) && isQuantity(quantity)),
  )
}

/** The cart of a guest as the session has it. */
export function storedCart(session: Session): StoredCart | undefined {
  const id = readSession(session, 'cartId')
  return id === undefined ? undefined : { id, quantities: readQuantities(session) }
}

/**
 * What the forms of a guest are known by: the id of the first cart in this session. It is the same in
 * every copy of the session, whichever cart that one holds.
 */
export function guestIdOf(session: Session): string | undefined {
  return readSession(session, 'guestId') ?? readSession(session, 'cartId')
}

/** The key of the form that added copies of a book last, by the book's id. */
export function formKeysOf(session: Session): Map<number, string> {
  const forms = readSession(session, 'cartForms') ?? []
  return new Map(forms.map((form) => [Number(form.slice(9)), form.slice(0, 8)]))
}

const keys = ['cart', 'pricesSeen', 'cartId', 'cartForms', 'guestId']

export function dropCart(session: Session): void {
  for (const key of keys) session.unset(key)
}

function isQuantity(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= MOST_COUNTED
}

/** Random, so that no two carts have the same. */
function createCartId(): string {
  return randomBytes(12).toString('base64url')
}
