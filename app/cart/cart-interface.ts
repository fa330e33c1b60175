import type { CartItem, CartOutcome, SeenItem } from '../../db/carts.ts'
import type { Book } from '../../db/schema-books.ts'

export interface CartContents {
  items: CartItem[]
  /** Ids of books that are not in the database any more. */
  vanished: number[]
}

/** What a visitor has in the cart: a customer's is kept with the account, a guest's in the session. */
export interface Cart {
  read(): Promise<CartContents>
  /**
   * Puts more copies of a book into it.
   *
   * @param formKey Made with the form: sent twice, it adds once
   */
  add(book: Book, quantity: number, formKey: string | null): Promise<CartOutcome>
  /** Sets how many copies of a book are in it, as far as there are any. */
  set(book: Book, wanted: number): Promise<CartOutcome>
  remove(bookId: number): Promise<void>
  /** Notes that its owner was told what a book costs now, and how many copies there are. */
  noteTold(seen: SeenItem): Promise<void>
}

/**
 * Reads a quantity as a form sends it. Strict, because `Number()` also takes `1e3`, `0x10` and blanks.
 *
 * @returns `null` for anything but 0 to 99 in plain digits
 */
export function parseQuantity(text: string): number | null {
  return /^(0|[1-9][0-9]?)$/.test(text) ? Number(text) : null
}
