import { setTimeout as wait } from 'node:timers/promises'
import type { RequestContext } from 'remix/fetch-router'
import { Session } from 'remix/session'
import { loadSession } from 'remix/session-middleware'
import type { Sessions } from '../session.ts'
import type { Visitor } from '../ui/shell.ts'
import { findCurrentLogin } from './load-current-login.ts'
import type { LoginSource } from './load-current-login.ts'

// Nobody waits longer for the page that says that something is slow or broken.
const LONGEST_MS = 1000

/**
 * Who sees an error page. The error may have come before the session was loaded, or have ended it, so
 * it is read anew: the page tells what the next one will. Nothing is changed by that.
 *
 * @returns `undefined` where that cannot be told: the session or the login cannot be read, or the form
 *   came without a cookie, which is what a browser sends for a page of another site
 */
export async function findVisitor(
  context: RequestContext<any, any>,
  error: unknown,
  source: LoginSource & { sessions: Pick<Sessions, 'cookie' | 'storage'> },
): Promise<Visitor | undefined> {
  const isUnreadable =
    (error as Error | null)?.name === 'SessionStoreError' && !context.has(Session)
  if (isUnreadable) return undefined
  try {
    return await Promise.race([look(), wait(LONGEST_MS, undefined, { ref: false })])
  } catch {
    return undefined
  }

  async function look(): Promise<Visitor | undefined> {
    const { cookie, storage } = source.sessions
    const { method, headers } = context.request
    const header = headers.get('Cookie')
    const isReading = method === 'GET' || method === 'HEAD'
    if (!isReading && cookie.rawValues(header).length === 0) return undefined
    const session = await loadSession(cookie, storage, header)
    const login = await findCurrentLogin(context.request, session, source)
    return { user: login?.user ?? null, session }
  }
}
