import type { Operation } from './operations.ts'

/** A request that changed a session, and how it ended. */
export interface Change {
  method: string
  path: string
  status: number
  operations: readonly Operation[]
  /** The `Set-Cookie` of its response with `…` in place of the value. */
  setCookie: string | undefined
}

interface Entry {
  /** The beginning of the id that `regenerateId` replaced. */
  previousId: string | undefined
  /** The latest first. */
  changes: Change[]
}

// What is forgotten is a line on a page for developers.
const MOST_ENTRIES = 500
const MOST_CHANGES = 4

/**
 * What this process remembers of sessions beyond what they hold. A POST ends in a redirect, so what
 * it did is shown on the page after it; this is where it waits. No id is kept, only its beginning.
 */
export class SessionHistory {
  readonly #sessions = new Map<string, Entry>()
  readonly #endings = new Map<string, Change>()

  /** @param id The beginning of the id before the request and after it, where there was one */
  note(id: { before: string | undefined; after: string }, change: Change): void {
    const { before, after } = id
    const known = before === undefined ? undefined : this.#sessions.get(before)
    if (before !== undefined) this.#sessions.delete(before)
    const replaced = before !== after ? before : undefined
    const changes = [change, ...(known?.changes ?? [])].slice(0, MOST_CHANGES)
    remember(this.#sessions, after, { previousId: replaced ?? known?.previousId, changes })
  }

  /** A session that has ended has no id under which to remember it, so its visitor is the key. */
  noteEnd(before: string | undefined, visitor: string, change: Change): void {
    if (before !== undefined) this.#sessions.delete(before)
    remember(this.#endings, visitor, change)
  }

  find(id: string): Entry | undefined {
    return this.#sessions.get(id)
  }

  /** How the session of a visitor who has none now has ended. */
  findEnd(visitor: string): Change | undefined {
    return this.#endings.get(visitor)
  }
}

function remember<value>(entries: Map<string, value>, key: string, entry: value): void {
  entries.delete(key)
  entries.set(key, entry)
  if (entries.size > MOST_ENTRIES) entries.delete(entries.keys().next().value!)
}
