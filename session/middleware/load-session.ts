import type { Cookie } from '../cookie/cookie.ts'
import { beginningOf, referenceTo } from '../id.ts'
import type { Session, SessionOrigin, SessionStorage } from '../session.ts'
import { getSessionState } from '../session.ts'

/**
 * Reads the session of a `Cookie` header where no middleware does: at the upgrade of a WebSocket, in
 * a job that was handed the header. It works with every storage.
 *
 * It is an onlooker: what is read in it stays for the next page, flashes too. `storage.save(session)`
 * stores what was changed, but not with sessions that live in the cookie: nobody would send it.
 *
 * @param header The header's value; `null` for none, or `undefined`, as `node:http` has it
 * @returns The session, or a new empty one
 */
export async function loadSession(
  cookie: Cookie,
  storage: SessionStorage,
  header: string | null | undefined,
): Promise<Session> {
  const value = await findOurs(valuesIn(header, cookie, storage), storage, cookie.maxAge)
  return storage.read(value, { maxAge: cookie.maxAge, flashes: 'keep' })
}

/** The values of the session's cookie in a `Cookie` header, as its storage takes them. */
export function valuesIn(
  header: string | null | undefined,
  cookie: Cookie,
  storage: SessionStorage,
): string[] {
  return storage.selfAuthenticating ? cookie.rawValues(header) : cookie.parseAll(header)
}

/**
 * Which of the cookies of the name counts. Of several, either somebody planted one beside ours, or
 * ours was set with another Domain or Path before. If one of them is a session that all others
 * became, it is that one, also where it has ended a moment ago: none of the others may be taken for it. Of
 * strangers nobody can tell whose this is.
 *
 * @param maxAge The idle limit of the cookie: what it has ended is no session any more
 * @returns The value, or `''` for none
 */
export async function findOurs(
  values: string[],
  storage: SessionStorage,
  maxAge?: number,
): Promise<string> {
  if (values.length <= 1) return values[0] ?? ''
  let replaced = ''
  let found: { value: string; origin: SessionOrigin; isAlive: boolean }[] = []
  for (const value of values) {
    const state = getSessionState(await storage.read(value, { maxAge, flashes: 'keep' }))
    if (state.replaced) replaced ||= value
    const origin = state.origin ?? state.ended
    if (origin) found.push({ value, origin, isAlive: origin === state.origin })
  }
  const alive = found.filter(({ isAlive }) => isAlive)
  // A stranger that has ended is in nobody's way.
  if (alive.length > 0) {
    found = found.filter(
      ({ origin, isAlive }) => isAlive || alive.some((other) => cameAfter(origin, other.origin)),
    )
  }
  const latest = found.find(({ origin }) =>
    found.every((other) => other.origin === origin || cameAfter(origin, other.origin)),
  )
  // Else a late answer would take away the cookie of what one of them became.
  return latest?.value ?? (alive.length === 0 ? replaced : '')
}

/** Whether a session is a later state of another one. */
function cameAfter({ id, record }: SessionOrigin, other: SessionOrigin): boolean {
  const { id: otherId, record: otherRecord } = other
  if (id === otherId) return record.renewedAt >= otherRecord.renewedAt
  return (
    (record.previous?.includes(beginningOf(otherId)) ?? false) ||
    // Some stores keep a reference in place of an id.
    (record.aliases?.some((alias) => referenceTo(alias) === referenceTo(otherId)) ?? false)
  )
}
