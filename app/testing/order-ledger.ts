import assert from 'node:assert/strict'
import { eq, inArray } from '#drizzle-orm'
import { findBooksByIds } from '../../db/books.ts'
import { orderLines, orders } from '../../db/schema-orders.ts'
import { findUserByEmail } from '../../db/users.ts'
import { assertNothingOf } from './person.ts'
import type { Person } from './person.ts'
import type { TestShop } from './shop.ts'

/** Who sends a form: a person who is logged in, or a guest as the session knows one. */
export interface Buyer {
  person: Person | null
  guestId: string | undefined
}

/** A checkout form as somebody has it open. */
export interface CheckoutForm {
  madeFor: Buyer
  /** Whose name and address are in it; those of a guest are in no other form. */
  typed: Person
  fields: Record<string, string>
  /** Copies of each book, as the page shows them. */
  shown: Map<number, number>
  /** Whether the one for whom it was made has sent it. */
  isSent: boolean
  order?: LedgerOrder
}

export interface LedgerOrder {
  id: number
  form: CheckoutForm
  /** Where a guest finds it, by the mail about it. */
  link?: string
  /** In whose account a guest's is. */
  keeper: Person | null
}

/** The checkout forms of a few people, what became of them, and the stock that this left. */
export class OrderLedger {
  readonly forms: CheckoutForm[] = []
  /** Copies of each book. */
  readonly stock = new Map<number, number>()
  readonly #shop: TestShop

  constructor(shop: TestShop) {
    this.#shop = shop
  }

  get guestOrders(): LedgerOrder[] {
    return this.forms.flatMap(({ order }) => (order?.link === undefined ? [] : [order]))
  }

  /** Looks at the orders that there are: each comes from a form, once, as its buyer saw it. */
  async check(): Promise<void> {
    const { db } = this.#shop
    const names = new Set(this.forms.map(({ typed }) => typed.name))
    const rows = await db
      .select()
      .from(orders)
      .where(inArray(orders.name, [...names]))
    for (const row of rows) {
      const form = this.forms.find(({ madeFor, typed, fields }) =>
        madeFor.person
          ? fields['checkoutKey']!.startsWith(row.checkoutKey)
          : typed.name === row.name,
      )
      assert.ok(form, 'an order comes from a form')
      form.order ??= await this.#enter(form, row)
      assert.equal(form.order.id, row.id, 'a form is one order')
      const owner = form.madeFor.person ?? form.order.keeper
      const ownerId = owner && (await findUserByEmail(db, owner.email))!.id
      assert.equal(row.userId, ownerId, 'an order is of its buyer, or of who kept it first')
    }
    await this.#checkStock()
    for (const order of this.guestOrders) await this.#checkLink(order)
  }

  async #enter(form: CheckoutForm, row: typeof orders.$inferSelect): Promise<LedgerOrder> {
    const { typed, shown, madeFor } = form
    assert.ok(form.isSent, 'nobody orders by the form of another one')
    assert.deepEqual([row.name, row.address], [typed.name, typed.street])
    assert.equal(row.email, madeFor.person ? null : typed.email)
    const lines = await this.#shop.db
      .select()
      .from(orderLines)
      .where(eq(orderLines.orderId, row.id))
    const ordered = new Map(lines.map(({ bookId, quantity }) => [bookId, quantity]))
    assert.deepEqual(sorted(ordered), sorted(shown), 'what was shown is ordered')
    for (const [bookId, quantity] of ordered) {
      this.stock.set(bookId, this.stock.get(bookId)! - quantity)
    }
    const order: LedgerOrder = { id: row.id, form, keeper: null }
    return madeFor.person ? order : { ...order, link: await this.#findLink(typed) }
  }

  async #findLink({ email }: Person): Promise<string> {
    const mails = (await this.#shop.mails()).filter(({ to }) => to === email)
    assert.equal(mails.length, 1, 'a guest’s order is told once')
    return /\/orders\/guest\/[\w-]+/.exec(mails[0]!.text)![0]
  }

  async #checkStock(): Promise<void> {
    for (const { id, stock } of await findBooksByIds(this.#shop.db, this.stock.keys())) {
      assert.ok(stock >= 0)
      assert.equal(stock, this.stock.get(id), 'copies are neither made nor lost')
    }
  }

  async #checkLink({ link, form, keeper }: LedgerOrder): Promise<void> {
    const { status, html } = await this.#shop.browser().get(link!)
    assert.equal(status, keeper ? 404 : 200, 'a link opens an order that nobody has kept')
    if (!keeper) assert.ok(html.includes(form.typed.street))
    for (const { typed } of this.forms) {
      if (keeper || typed !== form.typed) assertNothingOf(typed, html)
    }
  }
}

export function sorted(quantities: Map<number, number>): [number, number][] {
  return [...quantities].sort(([a], [b]) => a - b)
}
