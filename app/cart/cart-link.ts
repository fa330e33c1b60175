import { html, type SafeHtml } from '@remix-run/html-template'
import type { Database } from '../../db/database.ts'
import { routes } from '../routes.ts'
import { bagIcon } from '../ui/icons.ts'
import { formatNumber, plural } from '../ui/words.ts'
import type { FramePart, Visit } from '../ui/shell.ts'
import { readCart } from './open-cart.ts'

export function cartLink(db: Database): FramePart {
  return async (visit) => {
    const count = await countCart(db, visit)
    return html`<a
      class="cart-link"
      href="${routes.cart.show.href()}"
      aria-label="${count === undefined ? 'Cart' : `Cart, ${plural(count, 'item')}`}"
    >
      ${bagIcon}<span>Cart</span> ${count === undefined ? null : countBadge(count)}
    </a>`
  }
}

function countBadge(count: number): SafeHtml {
  return html`<span class="cart-count" data-empty="${count === 0 ? 'true' : 'false'}"
    >${formatNumber(count)}</span
  >`
}

async function countCart(db: Database, { session, user }: Visit): Promise<number | undefined> {
  if (!session || user === undefined) return undefined
  return (await readCart(db, { session, user })).copies
}
