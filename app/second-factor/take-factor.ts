import type { Database } from '../../db/database.ts'
import { countRecoveryCodes, useFactor } from '../../db/second-factors.ts'
import type { Factor } from '../../db/second-factors.ts'
import type { User } from '../../db/schema.ts'
import type { Dependencies } from '../context.ts'

/**
 * Uses a second factor up, and tells the user by mail where it was a recovery code.
 *
 * @returns How many recovery codes are left, if it was one; `undefined` if it is worth nothing
 */
export async function takeFactor(
  tx: Database,
  { mail }: Pick<Dependencies, 'mail'>,
  user: User,
  factor: Factor | undefined,
): Promise<{ codesLeft?: number } | undefined> {
  if (!factor || !(await useFactor(tx, user.id, factor))) return undefined
  if (!('recoveryHash' in factor)) return {}
  const codesLeft = await countRecoveryCodes(tx, user.id)
  await mail.notify(tx, user, { kind: 'recovery-code-used', left: codesLeft })
  return { codesLeft }
}
