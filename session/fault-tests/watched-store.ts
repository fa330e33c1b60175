import { SessionStoreError } from '../session-storage.ts'
import { applyChanges } from '../custom-storage.ts'
import type { SessionChanges, SessionRecord, SessionStore } from '../custom-storage.ts'

/** A store in memory that tells what was asked of it and can be made to fail. */
export class WatchedStore implements SessionStore {
  readonly records = new Map<string, SessionRecord>()
  /** The operations since the last `takeLog()`. */
  #log: string[] = []
  /** The operations that fail. */
  failing: (keyof SessionStore)[] = []

  takeLog(): string[] {
    const log = this.#log
    this.#log = []
    return log
  }

  async read(id: string): Promise<SessionRecord | null> {
    this.#note('read')
    return structuredClone(this.records.get(id) ?? null)
  }

  async create(id: string, record: SessionRecord): Promise<void> {
    this.#note('create')
    this.records.set(id, structuredClone(record))
  }

  async update(id: string, changes: SessionChanges): Promise<SessionRecord | null> {
    this.#note('update')
    return this.#apply(id, id, changes)
  }

  async replace(
    id: string,
    newId: string,
    changes: SessionChanges,
    left: SessionRecord,
  ): Promise<SessionRecord | null> {
    this.#note('replace')
    const record = this.#apply(id, newId, changes)
    if (record && record.successor === undefined) this.records.set(id, left)
    return record
  }

  async delete(id: string): Promise<SessionRecord | null> {
    this.#note('delete')
    const record = this.records.get(id)
    if (record?.successor !== undefined) return record
    this.records.delete(id)
    return null
  }

  /** Without what those left that got a new id. */
  countSessions(): number {
    return [...this.records.values()].filter(({ successor }) => successor === undefined).length
  }

  #apply(id: string, newId: string, changes: SessionChanges): SessionRecord | null {
    const latest = this.records.get(id)
    if (!latest) return null
    const record = applyChanges(structuredClone(latest), changes)
    if (record.successor === undefined) this.records.set(newId, structuredClone(record))
    return record
  }

  #note(operation: keyof SessionStore): void {
    if (this.failing.includes(operation)) {
      throw new SessionStoreError(`The store cannot ${operation}`)
    }
    this.#log.push(operation)
  }
}
