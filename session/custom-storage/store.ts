import type { SessionChanges, SessionRecord } from '../record.ts'

export type Awaitable<value> = value | Promise<value>

/**
 * A place for session records: a Map, a directory, a table. Implement these five, each atomic, and
 * `createCustomSessionStorage` makes a storage of it with every guarantee of the others.
 *
 * A record with a `successor` is never changed and never deleted: whoever tries gets it as the answer.
 * It may be cleared away when it has expired, as any other.
 *
 * A store that cannot answer throws or rejects, best with a `SessionStoreError`.
 */
export interface SessionStore {
  /** The record of an id, or `null` if there is none or it cannot be understood. */
  read(id: string): Awaitable<SessionRecord | null>
  /** Stores the record of a new id. Throws if the id is taken, and leaves what is there. */
  create(id: string, record: SessionRecord): Awaitable<void>
  /**
   * Applies changes to the latest record, with `applyChanges`.
   *
   * @returns The stored record, or `null`, nothing written, if there is none
   */
  update(id: string, changes: SessionChanges): Awaitable<SessionRecord | null>
  /**
   * Like `update`, but stores the result under a new id, and `left` in place of the old record.
   *
   * @param left A record whose `successor` is the new id
   * @returns The stored record, or `null`, nothing written, if there is none
   */
  replace(
    id: string,
    newId: string,
    changes: SessionChanges,
    left: SessionRecord,
  ): Awaitable<SessionRecord | null>
  /**
   * Deletes the record, if there is one. No `update` under way may bring it back.
   *
   * @returns The record if it has a successor and so was not deleted
   */
  delete(id: string): Awaitable<SessionRecord | null | void>
}
