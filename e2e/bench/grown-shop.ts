// What a shop has after years, written into its tables in bulk.

import { randomUUID } from 'node:crypto'
import type { Database } from '../../db/database.ts'
import { derivedColumns } from '../../db/derived-columns.ts'
import { books } from '../../db/schema-books.ts'
import { orderLines, orders } from '../../db/schema-orders.ts'
import { logins, mails, users } from '../../db/schema.ts'
import { seedBooks } from '../../db/seed-books.ts'
import { wordsOf } from '../../db/text.ts'

export interface ShopSize {
  /** Beside those of a new shop. */
  books: number
  /** Beside `accounts`. */
  users: number
  /** Shared among all users. */
  orders: number
  /** Of the one who orders most. */
  ordersOfOne: number
  logins: number
  /** Sent already. */
  mails: number
}

/** Who is logged in while it is measured, in a shop of any size. */
export const accounts = { few: 1, many: 2, admin: 3, visitor: 4 } as const
export type Account = keyof typeof accounts

/** So many buy something, and so many log in and out. */
export const BUYERS = 24

/** Not of example.com: the demo accounts are, which a shop in production removes. */
export function emailOf(account: Account | 'buyer' | 'comer', number = 0): string {
  return `${account}-${number}@example.org`
}

/** Found in the same book in a shop of any size. */
export const RARE_WORD = 'whale'

/** More than a run sells. */
const STOCK = 99_999
const ORDERS_OF_FEW = 3
// Few enough for the places that a statement may have for values.
const ROWS_A_STATEMENT = 500

/** @param passwordHash Of the password of everybody */
export async function fillShop(
  db: Database,
  size: ShopSize,
  passwordHash: string,
  now = Date.now(),
): Promise<void> {
  const createdAt = new Date(now - 1000)
  await db.update(books).set({ stock: STOCK })
  await insertAll(books, size.books, bookMaker(createdAt))

  const known = Object.keys(accounts).length
  const others = known + 2 * BUYERS
  await insertAll(users, others + size.users, (i) => {
    const account = Object.keys(accounts)[i] as Account | undefined
    const email = account
      ? emailOf(account)
      : emailOf(i % 2 === 0 ? 'buyer' : 'comer', (i - known) >> 1)
    const role = account === 'admin' ? 'admin' : 'reader'
    return {
      name: `Reader ${i}`,
      email,
      role,
      passwordHash,
      emailConfirmedAt: createdAt,
      createdAt,
    }
  })
  const { few, many } = accounts
  const oneOfAll = (i: number) => others + (i % (size.users + 1))
  await insertAll(orders, size.orders + size.ordersOfOne + ORDERS_OF_FEW, (i) => {
    const rest = i - size.ordersOfOne - ORDERS_OF_FEW
    // The orders of the two stand among all others.
    const userId = rest >= 0 ? oneOfAll(rest) : i < ORDERS_OF_FEW ? few : many
    return { userId, ...orderOf(i, createdAt) }
  })
  const bookCount = seedBooks().length + size.books
  const lines = size.orders + size.ordersOfOne + ORDERS_OF_FEW
  await insertAll(orderLines, 2 * lines, (i) => {
    const bookId = 1 + (((i >> 1) * 7 + (i % 2)) % bookCount)
    return { orderId: 1 + (i >> 1), bookId, title: `Book ${bookId}`, priceCents: 1000, quantity: 2 }
  })
  await insertAll(logins, size.logins, (i) => {
    const lastSeenAt = new Date(now - (i % 100_000) * 1000)
    const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
    return {
      id: randomUUID(),
      userId: oneOfAll(i),
      userAgent,
      remembered: i % 2 === 0,
      createdAt,
      lastSeenAt,
    }
  })
  await insertAll(mails, size.mails, () => {
    return { kind: 'order', createdAt, expiresAt: createdAt, attempts: 1, sentAt: createdAt }
  })

  async function insertAll(
    table: Parameters<Database['insert']>[0],
    count: number,
    row: (i: number) => object,
  ): Promise<void> {
    for (let from = 0; from < count; from += ROWS_A_STATEMENT) {
      const length = Math.min(ROWS_A_STATEMENT, count - from)
      await db.insert(table).values(Array.from({ length }, (_, i) => row(from + i)))
    }
  }
}

function orderOf(number: number, createdAt: Date) {
  return {
    checkoutKey: `key ${number}`,
    totalCents: 4000,
    name: 'A Reader',
    address: 'Bag End 1',
    city: 'Hobbiton',
    postcode: 'SH1 1RE',
    country: 'The Shire',
    createdAt,
  }
}

/** Books on the shelves of a new shop, of its words: some are in many, most in few. */
function bookMaker(createdAt: Date) {
  const seeds = seedBooks()
  const genres = [...new Set(seeds.map(({ genre }) => genre))]
  const vocabulary = [...new Set(seeds.flatMap(({ description }) => wordsOf(description)))].filter(
    (word) => !word.startsWith(RARE_WORD),
  )
  const random = randomNumbers()
  const words = (count: number) =>
    Array.from({ length: count }, () => {
      const rank = random() ** 3
      // A shop with more books has more words, too: names, places.
      const word = vocabulary[Math.floor(rank * vocabulary.length)]!
      return random() < 0.1 ? `${word}${Math.floor(random() * 2000)}` : word
    }).join(' ')
  return (i: number) => {
    const title = words(3)
    const author = `${words(1)} ${words(1)}`
    const book = { title, author, genre: genres[i % genres.length]!, description: words(40) }
    const priceCents = 500 + Math.floor(random() * 4000)
    const more = { slug: `book-${i}`, year: 1900, pages: 200, priceCents, stock: STOCK, createdAt }
    return { ...book, ...derivedColumns(book), ...more }
  }
}

/** The same ones in each run. */
function randomNumbers(): () => number {
  let state = 1
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}
