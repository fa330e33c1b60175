import { MAX_LINES, MAX_QUANTITY } from '../../db/carts.ts'
import type { CartOutcome } from '../../db/carts.ts'
import { routes } from '../routes.ts'
import type { Notice } from '../ui/notices.ts'
import { plural } from '../ui/words.ts'
import { shop } from '../ui/shop.ts'
import { isolated } from '../ui/isolated.ts'

// What a session in a cookie can hold beside a full cart: so many titles, and so many letters of each.
export const MOST_NAMED = 4
const LONGEST_TITLE = 60

export const vanishedBook: Notice = {
  kind: 'error',
  text: `One of the ${shop.items} in your cart has left the shop, so it is no longer in the cart.`,
}
export const unknownBook: Notice = { kind: 'error', text: `We do not have that ${shop.item}.` }
const wholeNumber = `Enter a whole number from 1 to ${MAX_QUANTITY}`
/** Beside the field. */
export const quantityHint = `${wholeNumber}, or 0 to remove this ${shop.item}.`
/** Where the field is not there any more. */
export const wrongQuantities: Notice = {
  kind: 'error',
  text: `${wholeNumber}, or 0 to remove ${shop.anItem}.`,
}

/** @param href Where the field is whose 0 takes the book out of the cart */
export function tellWrongQuantity(title: string, href?: string): Notice {
  const text = `${wholeNumber} for ${isolated(title)}`
  if (href === undefined) return { kind: 'error', text: `${text}.` }
  return { kind: 'error', text: `${text}, or 0 to remove it.`, link: { text, href } }
}

/** For the page of a guest who has logged in since, in another tab. */
export const moreThanShown: Notice = {
  kind: 'error',
  text: 'You have logged in since this page was opened, and the cart of your account holds more than it showed, so nothing was changed.',
}

export const nothingToBuy = 'There is nothing in your cart to check out.'

/** Where a guest is told the same, who may have no session. */
export const nothingToBuyHref = `${routes.cart.show.href()}?nothing-to-buy`

export function tellNothingToBuy({ searchParams }: URL): Notice[] {
  if (!searchParams.has('nothing-to-buy')) return []
  const href = routes.login.index.href(null, { returnTo: routes.cart.show.href() })
  const text = `${nothingToBuy} To see the cart of your account, log in.`
  return [{ kind: 'error', text, link: { text: 'log in', href } }]
}

/** A title where several are told of at once. */
export function shortTitle(title: string): string {
  if (title.length <= LONGEST_TITLE) return title
  return `${title.slice(0, LONGEST_TITLE).toWellFormed()}…`
}

export function tellRemoved(title: string): Notice {
  return { kind: 'notice', text: `${isolated(title)} was removed from your cart.` }
}

export function tellOutcome(outcome: CartOutcome, bookTitle: string): Notice {
  const title = isolated(bookTitle)
  switch (outcome.kind) {
    case 'changed': {
      const copies = outcome.quantity === 1 ? 'is' : `(${outcome.quantity} ${shop.copies}) is`
      return { kind: 'notice', text: `${title} ${copies} in your cart.` }
    }
    case 'limited':
      return {
        kind: 'error',
        text: `${title}: your cart holds ${outcome.quantity}, and no more can be added.`,
      }
    case 'sold-out':
      return { kind: 'error', text: `${title} is sold out.` }
    case 'full':
      return { kind: 'error', text: `A cart holds at most ${MAX_LINES} different ${shop.items}.` }
  }
}

/** Several messages as one: an error if one of them is. Of many a few are told, errors before others. */
export function joinNotices(notices: Notice[]): Notice {
  const all = [...new Map(notices.map((notice) => [notice.text, notice])).values()]
  const errors = all.filter(({ kind }) => kind === 'error')
  const done = all.filter(({ kind }) => kind === 'notice')
  const told = all.length > MOST_NAMED ? [...errors, ...done] : all
  const texts = told.slice(0, MOST_NAMED).map(({ text }) => text)
  if (told.length > MOST_NAMED) {
    const others = told.length - MOST_NAMED
    const more = plural(others, `more ${shop.item}`, `more ${shop.items}`)
    texts.push(`Your cart shows what has changed for ${more}.`)
  }
  return { kind: errors.length > 0 ? 'error' : 'notice', text: texts.join(' ') }
}
