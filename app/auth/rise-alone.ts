import type { Database } from '../../db/database.ts'
import { deleteOtherLogins, replaceLogin } from '../../db/logins.ts'
import type { Login } from '../../db/schema.ts'

/** With another factor all other logins end, and this one gets an id of which nobody has a copy. */
export async function riseAlone(
  tx: Database,
  { id, userId }: Login,
  now: number,
): Promise<{ loginId: string }> {
  await deleteOtherLogins(tx, userId, id)
  return { loginId: (await replaceLogin(tx, id, new Date(now)))!.id }
}
