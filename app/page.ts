import type { SafeHtml } from '@remix-run/html-template'
import { createHtmlResponse } from '@remix-run/response/html'
import type { RequestContext } from 'remix/fetch-router'
import { Session } from 'remix/session'
import { listGenres } from '../db/books.ts'
import type { Database } from '../db/connect.ts'
import { CurrentLogin } from './auth/current-login.ts'
import { countCopies, priceCart } from './cart/cart-lines.ts'
import { Cart } from './cart/cart.ts'
import { checkCookies } from './cart/first-cookie.ts'
import { readSession } from './session-values.ts'
import type { Shell } from './ui/shell.ts'

/** Answers with a page: fetches what every page shows around its content, and puts it there. */
export type RenderPage = (
  context: RequestContext<any, any>,
  page: (shell: Shell) => SafeHtml,
  init?: number | ResponseInit,
) => Response

interface PageOptions {
  /** Pass `false` for pages that leave the session alone: a flash stays for the next page then. */
  notices?: boolean
  /** Pass `true` for error pages: they do without what the database cannot tell. */
  inTrouble?: boolean
  /** What stands at the end of every page; made last, when all else has been read. */
  panel?: ((context: RequestContext<any, any>) => SafeHtml | undefined) | undefined
}

export function createPageRenderer(
  db: Database,
  { notices = true, inTrouble = false, panel }: PageOptions = {},
): RenderPage {
  return (context, page, init) =>
    createHtmlResponse(
      page({
        ...readShell(context, notices),
        ...(inTrouble ? databaseIfReadable(context, db) : readDatabase(context, db)),
        panel: panel?.(context),
      }),
      typeof init === 'number' ? { status: init } : init,
    )
}

type FromDatabase = Pick<Shell, 'genres' | 'cartCount'>

// An error page may have to do without the session: the fault may have been the session's.
function readShell(
  context: RequestContext<any, any>,
  notices: boolean,
): Omit<Shell, keyof FromDatabase> {
  const session = context.get(Session)
  const login = context.get(CurrentLogin) as CurrentLogin | null | undefined
  const told = session && notices ? [checkCookies(context), readSession(session, 'notice')] : []
  return {
    user: login?.user ?? null,
    url: context.url,
    notices: told.filter((notice) => notice !== undefined),
  }
}

function readDatabase(context: RequestContext<any, any>, db: Database): FromDatabase {
  const session = context.get(Session) as Session | undefined
  const login = context.get(CurrentLogin) as CurrentLogin | null | undefined
  const cart = session && priceCart(db, new Cart(db, session, login?.user.id ?? null))
  return {
    genres: listGenres(db).map(({ genre }) => genre),
    cartCount: cart ? countCopies(cart) : 0,
  }
}

function databaseIfReadable(context: RequestContext<any, any>, db: Database): FromDatabase {
  try {
    return readDatabase(context, db)
  } catch {
    return { genres: [], cartCount: 0 }
  }
}
