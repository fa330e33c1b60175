import { Session } from 'remix/session'
import type { AppContext, Dependencies } from '../context.ts'
import { readSession } from '../session-values.ts'

/**
 * The sessions of a request with several cookies, of which the request itself has none: somebody
 * planted one beside the visitor's, and nobody can tell which. Whoever logs in or out ends both.
 */
export async function loadOwnSessions(
  context: AppContext,
  { cookie, storage }: Dependencies['sessions'],
): Promise<Session[]> {
  const header = context.request.headers.get('Cookie')
  const values = storage.selfAuthenticating ? cookie.rawValues(header) : cookie.parseAll(header)
  if (values.length < 2) return []
  const options = { maxAge: cookie.maxAge, flashes: 'keep' } as const
  return Promise.all(values.map((value) => storage.read(value, options)))
}

export function loginIdsOf(context: AppContext, sessions: Session[]): string[] {
  // Also one that does not count without its device: whoever logs out or in means it.
  const all = [...sessions, context.get(Session)]
  return all.map((session) => readSession(session, 'loginId')).filter((id) => id !== undefined)
}
