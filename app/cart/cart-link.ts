import { html } from '@remix-run/html-template'
import type { Database } from '../../db/database.ts'
import { routes } from '../routes.ts'
import { bagIcon } from '../ui/icons.ts'
import { formatNumber, plural } from '../ui/plural.ts'
import type { FramePart, Visit } from '../ui/shell.ts'
import { countCopies, priceCart } from './cart-lines.ts'
import { Cart } from './cart.ts'

export function cartLink(db: Database): FramePart {
  return async (visit) => {
    const count = await countCart(db, visit)
    return html`<a
      class="cart-link"
      href="${routes.cart.show.href()}"
      aria-label="Cart, ${plural(count, 'item')}"
    >
      ${bagIcon}<span>Cart</span>
      <span class="cart-count" data-empty="${count === 0 ? 'true' : 'false'}"
        >${formatNumber(count)}</span
      >
    </a>`
  }
}

async function countCart(db: Database, { session, user }: Visit): Promise<number> {
  if (!session) return 0
  return countCopies(await priceCart(db, await Cart.read(db, session, user?.id ?? null)))
}
