import * as argon2 from 'argon2'
import { PasswordQueue } from './password-queue.ts'
import type { PasswordPurpose } from './password-queue.ts'

// OWASP Password Storage Cheat Sheet.
const recommended = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

// The parameters come in either order: argon2's tools do not agree on one.
const wellFormed =
  /^\$argon2id\$v=19\$m=\d+,(?:t=\d+,p=\d+|p=\d+,t=\d+)\$[A-Za-z0-9+/]{11,}\$[A-Za-z0-9+/]{22,}$/

export interface PasswordHasher {
  /**
   * @param purpose Each has its share of the queue; `login` by default
   * @param address From where it comes: networks share what there is as well
   * @throws {BusyError} When too many wait already
   */
  hash(password: string, purpose?: PasswordPurpose, address?: string): Promise<string>
  /**
   * False for a wrong password. Without a hash, or with a malformed one, it is false after the same
   * time, so that the time does not tell whether there is an account (user enumeration).
   *
   * @throws {BusyError} When too many wait already
   */
  verify(
    hash: string | null,
    password: string,
    purpose?: PasswordPurpose,
    address?: string,
  ): Promise<boolean>
  /** Whether a hash was made with other parameters than today's: then hash again at login. */
  needsRehash(hash: string): boolean
}

interface PasswordHasherOptions {
  /** How many are hashed at once. Hashing takes threads that file reads need too. */
  concurrency?: number
  /** How many may wait for their turn. */
  queue?: number
  /** What a hash costs, for tests that are not about it. */
  parameters?: typeof recommended
}

/** Hashes passwords with argon2id, a few at a time, so that a login flood leaves the shop usable. */
export function createPasswordHasher({
  concurrency = 2,
  queue = 16,
  parameters = recommended,
}: PasswordHasherOptions = {}): PasswordHasher {
  const { memoryCost, timeCost, parallelism } = parameters
  // The hash of no password, as costly to verify as a real one.
  const dummyHash = `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`
  const waiting = new PasswordQueue(concurrency, queue)

  return {
    hash: (password, purpose = 'login', address) =>
      waiting.inTurn(purpose, () => argon2.hash(password, parameters), address),

    verify(hash, password, purpose = 'login', address) {
      async function compare(): Promise<boolean> {
        if (hash !== null && wellFormed.test(hash)) {
          try {
            return await argon2.verify(hash, password)
          } catch {
            // Impossible parameters: malformed after all.
          }
        }
        await argon2.verify(dummyHash, password)
        return false
      }
      return waiting.inTurn(purpose, compare, address)
    },

    needsRehash: (hash) => !wellFormed.test(hash) || argon2.needsRehash(hash, parameters),
  }
}
