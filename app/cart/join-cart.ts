import { Session } from 'remix/session'
import { MAX_LINES } from '../../db/carts.ts'
import { joinCart } from '../../db/guest-carts.ts'
import type { GuestCart, JoinedItem, JoinResult } from '../../db/guest-carts.ts'
import { writeIfPossible } from '../../db/trouble.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import { appMiddleware } from '../context.ts'
import type { Dependencies } from '../context.ts'
import { readSession } from '../session-values.ts'
import type { Notice } from '../ui/notices.ts'
import { plural } from '../ui/words.ts'
import type { Visit } from '../ui/shell.ts'
import { MOST_NAMED, shortTitle, tellOutcome } from './cart-notices.ts'
import { dropCart, formKeysOf, guestIdOf, storedCart } from './guest-cart.ts'
import { shop } from '../ui/shop.ts'
import { isolated } from '../ui/isolated.ts'

/**
 * Takes a guest's cart along into the account, in the transaction of the login or the registration,
 * and answers what to tell. The session drops its copy with the next request, see `joinGuestCart`.
 */
export function joinAtSignIn({ now }: Pick<Dependencies, 'now'>): Dependencies['onSignIn'] {
  return async (context, tx, userId) => {
    const cart = cartToJoin(context.get(Session))
    return cart && describe(await joinCart(tx, userId, cart, new Date(now())))?.text
  }
}

/**
 * Keeps carts out of the sessions of who is logged in. What a session still holds moves into the
 * account, as far as it was not counted there before: after a login whose answer was lost or came
 * twice.
 */
export function joinGuestCart({ db, now }: Pick<Dependencies, 'db' | 'now'>) {
  async function moveCart(session: Session, userId: number): Promise<void> {
    const cart = cartToJoin(session)
    if (!cart) return
    let joined: JoinResult | undefined
    await writeIfPossible(db, async () => {
      joined = await joinCart(db, userId, cart, new Date(now()))
    })
    // It stays in the session until the database takes it.
    if (!joined) return
    const notice = describe(joined)
    if (notice) session.flash('cartNotice', notice)
    // A form of before may have been sent, and its answer lost.
    session.set('wasGuest', { guestId: guestIdOf(session)!, userId })
    dropCart(session)
  }

  return appMiddleware(async (context, next) => {
    const userId = context.get(CurrentLogin)?.user.id
    if (userId !== undefined) await moveCart(context.get(Session), userId)
    return next()
  })
}

function cartToJoin(session: Session): GuestCart | undefined {
  const stored = session.has('cart') ? storedCart(session) : undefined
  return (
    stored && {
      ...stored,
      pricesSeen: readSession(session, 'pricesSeen') ?? {},
      formKeys: formKeysOf(session),
    }
  )
}

/** What became of a cart that moved with a request after the login. */
export function cartJoined({ session }: Visit): Notice | undefined {
  return session && readSession(session, 'cartNotice')
}

/** Nothing to tell where the cart just came along. */
function describe({ items, hadItems }: JoinResult): Notice | undefined {
  const joined = items.filter(({ added }) => added > 0)
  const leftOut = items.filter(({ outcome }) => outcome.kind === 'full')
  const cut = items.filter(({ outcome: { kind } }) => kind === 'limited' || kind === 'sold-out')
  const texts = [
    ...(hadItems && joined.length > 0
      ? [`Added to the cart of your account: ${list(joined.map(nameCopies))}.`]
      : []),
    ...(cut.length > 0 ? [sentences(cut)] : []),
    ...(leftOut.length > 0
      ? [
          `Left out, as a cart holds at most ${MAX_LINES} different ${shop.items}: ${list(leftOut.map((item) => isolated(name(item))))}.`,
        ]
      : []),
  ]
  if (texts.length === 0) return undefined
  return { kind: cut.length + leftOut.length > 0 ? 'error' : 'notice', text: texts.join(' ') }
}

function name({ title }: JoinedItem): string {
  return shortTitle(title)
}

function nameCopies(item: JoinedItem): string {
  const title = isolated(name(item))
  return item.added > 1 ? `${title} (${item.added} ${shop.copies})` : title
}

function list(names: string[]): string {
  const others = names.length - MOST_NAMED
  return [
    ...names.slice(0, MOST_NAMED),
    ...(others > 0 ? [plural(others, `more ${shop.item}`, `more ${shop.items}`)] : []),
  ].join(', ')
}

function sentences(cut: JoinedItem[]): string {
  const told = cut.slice(0, MOST_NAMED).map((item) => tellOutcome(item.outcome, name(item)).text)
  const others = cut.length - MOST_NAMED
  return [
    ...told,
    ...(others > 0
      ? [
          `Not all copies of ${plural(others, `more ${shop.item}`, `more ${shop.items}`)} could be added.`,
        ]
      : []),
  ].join(' ')
}
