import { MAX_LINES, MAX_QUANTITY } from '../../db/carts.ts'
import type { CartOutcome } from '../../db/carts.ts'
import type { Notice } from '../ui/notices.ts'
import { shop } from '../ui/shop.ts'

export const vanishedBook: Notice = {
  kind: 'error',
  text: `One of the ${shop.items} in your cart has left the shop, so it is no longer in the cart.`,
}
export const unknownBook: Notice = { kind: 'error', text: `We do not have that ${shop.item}.` }
export const wrongQuantity: Notice = {
  kind: 'error',
  text: `Enter a whole number from 1 to ${MAX_QUANTITY}.`,
}

export function tellRemoved(title: string): Notice {
  return { kind: 'notice', text: `${title} was removed from your cart.` }
}

export function tellOutcome(outcome: CartOutcome, title: string): Notice {
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

/** Several messages as one: an error if one of them is. */
export function joinNotices(notices: Notice[]): Notice {
  const kind = notices.some((notice) => notice.kind === 'error') ? 'error' : 'notice'
  return { kind, text: notices.map(({ text }) => text).join(' ') }
}
