import { hash } from 'node:crypto'
import type { RequestContext } from 'remix/fetch-router'
import { CurrentLogin } from '../auth/current-login.ts'
import type { Visit } from './shell.ts'

/** What a feature keeps for a visitor, in a text that is the same as long as that is. */
export type MarkPart = (visit: Visit) => string | Promise<string>

/**
 * By it a page that the browser has kept tells whether it still shows the visitor as they are, in
 * public/history.js: whose login it is, and what the features add. It stays in the browser when the visitor
 * has left, and nobody learns anything from it: what goes into the hash cannot be guessed, as the ids of
 * logins and carts are random.
 *
 * @returns `undefined` where nobody has looked who it is
 */
export async function markVisitor(
  context: RequestContext<any, any>,
  visit: Visit,
  marks: MarkPart[] = [],
): Promise<string | undefined> {
  const current = context.get(CurrentLogin) as CurrentLogin | null | undefined
  if (current === undefined || !visit.session) return undefined
  const parts = [current?.login.id ?? '']
  for (const mark of marks) parts.push(await mark(visit))
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, 22)
}
