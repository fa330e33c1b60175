import { addToCart, listCartItems, noteTold, removeFromCart, setInCart } from '../../db/carts.ts'
import type { CartOutcome, SeenItem } from '../../db/carts.ts'
import type { Database } from '../../db/database.ts'
import type { Book } from '../../db/schema-books.ts'
import { writeIfPossible } from '../../db/trouble.ts'
import type { Cart, CartContents } from './cart-interface.ts'

/** The cart of who is logged in: rows of the account, the same on every device. */
export class AccountCart implements Cart {
  readonly #db: Database
  readonly #userId: number

  constructor(db: Database, userId: number) {
    this.#db = db
    this.#userId = userId
  }

  async read(): Promise<CartContents> {
    return { items: await listCartItems(this.#db, this.#userId), vanished: [] }
  }

  // The middleware lets forms of carts through, as those of guests do without the database.
  async add(book: Book, quantity: number, formKey: string | null): Promise<CartOutcome> {
    await this.#db.engine.untilWritable()
    return addToCart(this.#db, this.#userId, book, quantity, formKey)
  }

  async set(book: Book, wanted: number): Promise<CartOutcome> {
    await this.#db.engine.untilWritable()
    return setInCart(this.#db, this.#userId, book, wanted)
  }

  async remove(bookId: number): Promise<void> {
    await this.#db.engine.untilWritable()
    await removeFromCart(this.#db, this.#userId, bookId)
  }

  async noteTold(seen: SeenItem): Promise<void> {
    // It is told again, which is better than no page.
    await writeIfPossible(this.#db, () => noteTold(this.#db, this.#userId, seen))
  }
}
