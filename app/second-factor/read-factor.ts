import type { Factor } from '../../db/second-factors.ts'
import type { User } from '../../db/schema.ts'
import { hashRecoveryCode } from './recovery-codes.ts'
import { totpStepOf } from './totp.ts'

/**
 * What somebody typed as a code: six digits of the app, or a recovery code. Whether it was still to be used
 * is known only to `useFactor`.
 */
export async function readFactor(
  { totpSecret }: Pick<User, 'totpSecret'>,
  typed: FormDataEntryValue | null,
  now: number,
): Promise<Factor | undefined> {
  const code = String(typed ?? '').replaceAll(/\s/g, '')
  if (totpSecret === null || code === '') return undefined
  if (!/^\d{6}$/.test(code)) return { recoveryHash: hashRecoveryCode(code) }
  const step = await totpStepOf(totpSecret, code, now)
  return step === undefined ? undefined : { secret: totpSecret, step }
}
