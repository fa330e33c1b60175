import type { Cookie } from '../cookie/cookie.ts'
import { loadSession } from '../middleware/load-session.ts'
import type { Session, SessionStorage } from '../session.ts'

/**
 * Stores a session, as if a browser had been here before, so that a test can begin with somebody who
 * is logged in.
 *
 * ```ts
 * const Cookie = await createTestSession(storage, cookie, { userId: 42 })
 * const response = await router.fetch('http://localhost/account', { headers: { Cookie } })
 * ```
 *
 * @param data What is in the session, or a function that puts it there, as for a flash
 * @returns The `Cookie` header that the browser would send
 * @throws TypeError if a value is not JSON
 */
export async function createTestSession(
  storage: SessionStorage,
  cookie: Cookie,
  data: Record<string, unknown> | ((session: Session) => void),
): Promise<string> {
  const session = await storage.read('', { maxAge: cookie.maxAge })
  if (typeof data === 'function') data(session)
  else for (const [key, value] of Object.entries(data)) session.set(key, value)
  const value = await storage.save(session)
  return `${cookie.name}=${storage.selfAuthenticating ? value : cookie.toRaw(value)}`
}

/**
 * Reads the session that a response leaves, flashes included. Nothing is consumed.
 *
 * @param sent The `Cookie` header of the request: a response without a cookie leaves that session
 * @returns Its data; it is empty where the cookie was removed or the session has ended
 */
export async function readTestSession(
  storage: SessionStorage,
  cookie: Cookie,
  response: Response,
  sent: string | null = null,
): Promise<Record<string, unknown>> {
  let held = sent
  for (const header of response.headers.getSetCookie()) {
    if (header.startsWith(`${cookie.name}=`)) held = header.split(';')[0]!
  }
  return (await loadSession(cookie, storage, held)).data
}
