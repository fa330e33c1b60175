import { parseQuantity } from './cart-interface.ts'

/** How many copies a cart's form asks for, where that is not what it showed. */
export interface WantedLine {
  bookId: number
  /** `null` for what is no quantity. */
  quantity: number | null
}

export function quantityName(bookId: number): string {
  return `quantity-${bookId}`
}

/**
 * The field with all quantities that the form showed: what another device changed meanwhile stays. It is one,
 * as a form has at most a hundred, and a full cart two of them for each book otherwise.
 */
export const shownName = 'shown'

export function shownValue(lines: readonly { bookId: number; quantity: number }[]): string {
  return String(new URLSearchParams(lines.map((line) => [`${line.bookId}`, `${line.quantity}`])))
}

/** The part of the cart's page where a book is. */
export function lineAnchor(bookId: number): string {
  return `line-${bookId}`
}

/** How many copies of a book the form showed. */
export function shownQuantity(form: FormData, bookId: number): number {
  return Number(readShown(form).get(String(bookId)) ?? 0)
}

function readShown(form: FormData): URLSearchParams {
  return new URLSearchParams(String(form.get(shownName) ?? ''))
}

export function readQuantities(form: FormData): WantedLine[] {
  const shown = readShown(form)
  const ids = [...form.keys()].flatMap((name) => /^quantity-([1-9]\d{0,14})$/.exec(name)?.[1] ?? [])
  return [...new Set(ids.map(Number))].flatMap((bookId) => {
    const typed = String(form.get(quantityName(bookId)))
    if (typed === shown.get(String(bookId))) return []
    return [{ bookId, quantity: parseQuantity(typed) }]
  })
}

/** What was typed, by the names of its fields. */
export function typedQuantities(form: FormData): Record<string, string> {
  return Object.fromEntries(namesOfTyped(form).map((name) => [name, String(form.get(name))]))
}

/** The fields into which something else was typed than the form showed. */
export function namesOfTyped(form: FormData): string[] {
  return readQuantities(form).map(({ bookId }) => quantityName(bookId))
}
