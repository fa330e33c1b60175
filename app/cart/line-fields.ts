import { parseQuantity } from './cart.ts'

/** How many copies a cart's form asks for, where that is not what it showed. */
export interface WantedLine {
  bookId: number
  /** `null` for what is no quantity. */
  quantity: number | null
}

export function quantityName(bookId: number): string {
  return `quantity-${bookId}`
}

/** The field with the quantity that the form showed. What another device changed meanwhile stays. */
export function shownName(bookId: number): string {
  return `shown-${bookId}`
}

/** The part of the cart's page where a book is. */
export function lineAnchor(bookId: number): string {
  return `line-${bookId}`
}

export function readQuantities(form: FormData): WantedLine[] {
  const ids = [...form.keys()].flatMap((name) => /^quantity-([1-9]\d{0,14})$/.exec(name)?.[1] ?? [])
  return [...new Set(ids.map(Number))].flatMap((bookId) => {
    const typed = String(form.get(quantityName(bookId)))
    if (typed === form.get(shownName(bookId))) return []
    return [{ bookId, quantity: parseQuantity(typed) }]
  })
}
