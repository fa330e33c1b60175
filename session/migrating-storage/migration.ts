import { isStorage } from '../options.ts'
import { Session } from '../session.ts'
import type { SessionStorage } from '../session.ts'
import type { PublishedStorage } from './published.ts'

/** Where sessions are moved. */
export interface Migration {
  /** Where sessions have been kept until now. New ones are no longer stored there. */
  from: SessionStorage | PublishedStorage
  /** Where they are kept from now on. */
  to: SessionStorage
}

/**
 * What a migrating storage is known by, also in a copy with other functions. It ends no session by its id, as
 * it takes none: within another migration what has moved on would live again.
 */
export const MIGRATES = Symbol('migrates')

/** @throws TypeError if it is not made of two storages that can be part of one */
export function checkMigration(migration: Migration): Migration {
  const { from, to } = (migration ?? {}) as Partial<Migration>
  if (!isStorage(from) || !isStorage(to)) {
    throw new TypeError('A migrating session storage takes { from, to }, two storages')
  }
  for (const storage of [migration.from, migration.to]) {
    if (MIGRATES in storage) {
      throw new TypeError(
        'A migrating session storage takes no other one: finish the first migration before the next',
      )
    }
    const isInCookie = storage.keptInCookie?.(new Session()) ?? false
    if (isInCookie !== (storage.selfAuthenticating ?? false)) {
      throw new TypeError(
        'A migrating session storage takes storages that keep sessions under their ids, or in cookies ' +
          'alone: those say so by `selfAuthenticating` together with `keptInCookie`',
      )
    }
  }
  return migration
}
