import { Session } from 'remix/session'
import type { Database } from '../../db/database.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import type { AppContext } from '../context.ts'
import type { Visit } from '../ui/shell.ts'
import { AccountCart } from './account-cart.ts'
import { priceCart } from './cart-lines.ts'
import type { PricedCart } from './cart-lines.ts'
import type { Cart } from './cart-interface.ts'
import { GuestCart } from './guest-cart.ts'

type Owner = Pick<Visit, 'user'> & { session: Session }

export function ownerOf(context: AppContext): Owner {
  return { session: context.get(Session), user: context.get(CurrentLogin)?.user ?? null }
}

/** The cart of whoever makes this request, to change it. */
export function openCart(db: Database, { session, user }: Owner): Cart {
  return user ? new AccountCart(db, user.id) : new GuestCart(db, session)
}

const carts = new WeakMap<Session, Promise<PricedCart>>()

/**
 * The cart of whoever makes this request, to show it: what the header and all pages tell comes from
 * here, and is read once. Whatever changes the cart leads on to another page.
 */
export function readCart(db: Database, owner: Owner): Promise<PricedCart> {
  let cart = carts.get(owner.session)
  if (!cart) {
    cart = openCart(db, owner).read().then(priceCart)
    carts.set(owner.session, cart)
  }
  return cart
}

export async function copiesInCart(
  db: Database,
  context: AppContext,
  bookId: number,
): Promise<number> {
  const { lines } = await readCart(db, ownerOf(context))
  return lines.find(({ book }) => book.id === bookId)?.quantity ?? 0
}
