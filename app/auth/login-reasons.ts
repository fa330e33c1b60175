import { routes } from '../routes.ts'
import type { Notice } from '../ui/notices.ts'
import { capitalized } from '../ui/words.ts'

/** What the login page tells whom `sendToLogin` has sent there. */
export function tellWhyToLogIn(url: URL): Notice | undefined {
  switch (url.searchParams.get('form')) {
    case 'kept':
      return { kind: 'error', text: 'Please log in to go on. What you typed is kept.' }
    case 'again':
      return { kind: 'error', text: 'Please log in, and then send the form again.' }
    case 'unfinished':
      return {
        kind: 'error',
        text: 'That login was not finished within ten minutes, or was ended elsewhere. Please log in again, with cookies allowed.',
      }
    default:
      return undefined
  }
}

/** The same for whom `requireLogin` has sent there, by where it leads afterwards. */
export function tellWhatFor(
  returnTo: string | null,
  toDo: 'log in' | 'create an account',
): string | undefined {
  if (returnTo === null) return undefined
  const [page = ''] = returnTo.split(/[/?#]/, 2).slice(1)
  return capitalized((purposes[`/${page}`] ?? to('go on'))(toDo))
}

const purposes: Record<string, (toDo: string) => string> = {
  // Which guests may do as well.
  [routes.checkout.index.href()]: (toDo) => `${toDo}, and your cart comes along.`,
  [routes.orders.index.href()]: to('see your orders'),
  [routes.account.show.href()]: to('see your account'),
}

function to(purpose: string) {
  return (toDo: string) => `please ${toDo} to ${purpose}.`
}
