import assert from 'node:assert/strict'
import { eq } from '#drizzle-orm'
import { accountQuantities } from '../../db/carts.ts'
import { cartItems } from '../../db/schema-carts.ts'
import { orderLines } from '../../db/schema-orders.ts'
import { insertTestBook } from '../../db/testing.ts'
import { findUserByEmail } from '../../db/users.ts'
import { sorted } from './order-ledger.ts'
import type { TestPage } from './page.ts'
import type { Person } from './person.ts'
import type { TestShop } from './shop.ts'

/** The books of a few people, and what they put of them into carts. */
export class CartLedger {
  readonly #shop: TestShop
  /** Copies of each book. */
  readonly #stock: Map<number, number>
  /** Each person puts only own books into the cart, and a guest the last ones. */
  readonly #books = new Map<Person | null, number[]>()
  /** Copies of each book that were ever put into a cart here; a form sent twice puts them in once. */
  readonly #putIn = new Map<number, number>()

  constructor(shop: TestShop, stock: Map<number, number>) {
    this.#shop = shop
    this.#stock = stock
  }

  async stockBooksOf(person: Person | null): Promise<void> {
    const books = await Array.fromAsync([1, 2], () => insertTestBook(this.#shop.db, { stock: 6 }))
    for (const { id, stock } of books) this.#stock.set(id, stock)
    this.#books.set(
      person,
      books.map(({ id }) => id),
    )
  }

  booksOf(person: Person | null): readonly number[] {
    return this.#books.get(person)!
  }

  countPutIn(bookId: number, quantity: number): void {
    this.#putIn.set(bookId, (this.#putIn.get(bookId) ?? 0) + quantity)
  }

  /** What an account keeps. */
  async saved({ email }: Person): Promise<ReadonlyMap<number, number>> {
    const user = await findUserByEmail(this.#shop.db, email)
    return user ? accountQuantities(this.#shop.db, user.id) : new Map()
  }

  /** Looks at the page of a cart, and at what has become of all that was put in. */
  async check(page: TestPage, signedIn: Person | null): Promise<void> {
    const cart = readCart(page)
    const own = new Set([...this.booksOf(signedIn), ...this.booksOf(null)])
    for (const bookId of cart.keys()) {
      assert.ok(own.has(bookId), 'nobody has another person’s cart')
    }
    const copies = sumOf([...cart.values()])
    assert.match(page.cart!, new RegExp(`^Cart, ${copies} items?$`), 'the header counts the cart')
    if (signedIn) {
      const saved = [...(await this.saved(signedIn))].map(([bookId, quantity]) => {
        return [bookId, Math.min(quantity, this.#stock.get(bookId)!)] as const
      })
      const shown = new Map(saved.filter(([, quantity]) => quantity > 0))
      assert.deepEqual(sorted(cart), sorted(shown), 'every device shows the account’s cart')
    }
    for (const [bookId, all] of this.#putIn) {
      const kept =
        (await this.#copiesIn(orderLines, bookId)) + (await this.#copiesIn(cartItems, bookId))
      const guests = signedIn ? 0 : (cart.get(bookId) ?? 0)
      assert.ok(kept + guests <= all, 'no copy counts twice')
    }
  }

  async #copiesIn(table: typeof cartItems | typeof orderLines, bookId: number): Promise<number> {
    const rows = await this.#shop.db
      .select({ quantity: table.quantity })
      .from(table)
      .where(eq(table.bookId, bookId))
    return sumOf(rows.map(({ quantity }) => quantity))
  }
}

/** The copies that the page of a cart shows of each book. */
export function readCart({ html }: TestPage): Map<number, number> {
  const inputs = html.matchAll(/id="quantity-(\d+)"[^>]*?value="(\d+)"/g)
  return new Map([...inputs].map(([, bookId, quantity]) => [Number(bookId), Number(quantity)]))
}

function sumOf(quantities: readonly number[]): number {
  return quantities.reduce((sum, quantity) => sum + quantity, 0)
}
