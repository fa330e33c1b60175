import type { Database } from '../../db/database.ts'
import { deleteOtherLogins, replaceLogin } from '../../db/logins.ts'
import type { Login } from '../../db/schema.ts'
import type { Dependencies } from '../context.ts'
import { plural } from '../ui/words.ts'
import { isActive } from './active-login.ts'

/**
 * With another factor, password or address all other logins end, and this one gets an id of which nobody
 * has a copy. Answers that and those that have ended.
 */
export async function riseAlone(
  tx: Database,
  { id, userId }: Pick<Login, 'id' | 'userId'>,
  now: number,
): Promise<{ loginId: string; ended: Login[] }> {
  const ended = await deleteOtherLogins(tx, userId, id)
  return { loginId: (await replaceLogin(tx, id, new Date(now)))!.id, ended }
}

/** Tells of the logins that have ended, as far as they still counted. */
export function tellSignedOut(
  ended: Login[],
  dependencies: Pick<Dependencies, 'config' | 'now'>,
): string {
  const count = ended.filter((login) => isActive(login, dependencies)).length
  if (count === 0) return 'You were not logged in anywhere else.'
  return `You have been logged out of ${plural(count, 'other browser')}.`
}
