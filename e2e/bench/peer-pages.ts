import { randomUUID } from 'node:crypto'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { openPublicFiles } from '../../app/assets/public-files.ts'
import type { CardBook } from '../../app/books/book-card.ts'
import { bookListPage, type FoundBooks } from '../../app/books/book-list-page.ts'
import { cartPage } from '../../app/cart/cart-page.ts'
import { createFrame } from '../../app/frame.ts'
import { createJsonLog } from '../../app/log/log.ts'
import { setSecurityHeaders } from '../../app/middleware/security-headers.ts'
import { createFormKey } from '../../app/ui/form-key.ts'
import type { Place, Shell } from '../../app/ui/shell.ts'
import { openDatabase } from '../../db/connect.ts'

/** Book ids and copies, as it lies in the session. */
type PeerCart = Record<string, number>

const PAGE_SIZE = 24
const columns = 'id, slug, title, author, genre, pages, price_cents as priceCents, stock'
const forSale = 'retired_at is null'

/**
 * What the shops of other frameworks have in common with this one: the pages, the file of the database,
 * headers and log. Their statements are prepared by hand, and what this shop checks beyond that they do
 * without: who is logged in, where a form comes from, what joined an account.
 */
export async function openPeerPages(file: string) {
  const db = new SqliteDatabase(file, { readonly: true })
  const count = db.prepare(`select count(*) from books where ${forSale}`).pluck()
  const list = db.prepare(
    `select ${columns} from books where ${forSale} order by title_key, id limit ${PAGE_SIZE}`,
  )
  const genres = db
    .prepare(`select distinct genre from books where ${forSale} order by genre`)
    .pluck()
  const ofCart = db.prepare(
    `select ${columns} from books where id in (select value from json_each(?)) order by title`,
  )
  const byId = db.prepare(`select ${columns} from books where id = ? and ${forSale}`)
  const frame = createFrame({ db: await openDatabase(file), config: { production: true } })
  const asset = openPublicFiles(path.join(import.meta.dirname, '../../public')).href
  const log = createJsonLog()
  const headers = new Headers({ 'Cache-Control': 'private, no-store', Vary: 'Cookie' })
  setSecurityHeaders(headers)

  async function shellOf(address: string): Promise<Shell> {
    const visit = { user: null, url: new URL(address, 'http://localhost') }
    const make = async (place: Place) =>
      (await Promise.all((frame[place] ?? []).map((part) => part(visit)))).filter(
        (part) => part !== null,
      )
    return {
      ...visit,
      formKey: createFormKey(),
      asset,
      parts: {
        account: await make('account'),
        masthead: await make('masthead'),
        navigation: await make('navigation'),
        footer: await make('footer'),
        mailSent: [],
      },
      notices: [],
    }
  }

  return {
    headers: Object.fromEntries(headers),

    async list(address: string): Promise<string> {
      const total = count.get() as number
      const found: FoundBooks = {
        genres: genres.all() as string[],
        books: list.all() as CardBook[],
        total,
        pageCount: Math.ceil(total / PAGE_SIZE),
        q: '',
        genre: '',
        sort: 'title',
        page: 1,
      }
      return String(bookListPage({ shell: await shellOf(address), found }))
    },

    async cart(address: string, cart: PeerCart = {}): Promise<string> {
      const books = ofCart.all(JSON.stringify(Object.keys(cart).map(Number))) as CardBook[]
      const lines = books.map((book) => ({ book, quantity: cart[book.id]!, notes: [] }))
      const copies = lines.reduce((sum, { quantity }) => sum + quantity, 0)
      const totalCents = lines.reduce((sum, line) => sum + line.quantity * line.book.priceCents, 0)
      return String(cartPage({ shell: await shellOf(address), lines, copies, totalCents }))
    },

    /** The cart with what a form adds, as far as there are copies. */
    add(cart: PeerCart = {}, { bookId, quantity }: Record<string, string>): PeerCart {
      const book = byId.get(Number(bookId)) as CardBook | undefined
      if (!book) return cart
      const wanted = (cart[book.id] ?? 0) + Number(quantity)
      return { ...cart, [book.id]: Math.min(wanted, book.stock, 10) }
    },

    log(method: string, address: string, status: number, begin: number): void {
      const ms = Math.round(performance.now() - begin)
      const [path] = address.split('?')
      log({ event: 'request', requestId: randomUUID(), method, path, status, ms })
    },
  }
}
