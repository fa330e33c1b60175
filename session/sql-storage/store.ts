import { setTimeout as wait } from 'node:timers/promises'
import { applyChanges } from '../custom-storage/storage.ts'
import type { SessionChanges, SessionRecord, SessionStore } from '../custom-storage/storage.ts'
import { SessionStoreError, SessionTooLargeError } from '../errors.ts'
import { hashOf } from '../id.ts'
import { checkFunctions, checkPositive } from '../options.ts'
import { describe } from '../plain.ts'
import { parseRecord } from '../record.ts'
import { warn } from '../warning.ts'
import { statementsFor } from './statements.ts'
import type { SqlDatabase, SqlValue } from './statements.ts'

interface Row {
  record: SessionRecord
  version: number
  /** What `deleteOf` finds it by: of another loginKey than ours if it was stored with that. */
  login: string | null
}

interface StoredRow {
  record: string
  /** A number of 64 bits is a text to some drivers. */
  version: number | string
  login: string | null
}

interface SqlStoreOptions {
  table?: string | undefined
  maxBytes?: number | undefined
  loginKey?: string | undefined
}

const HOUR = 60 * 60 * 1000
// The longest wait of a change that somebody else was faster than, for another attempt.
const LONGEST_PAUSE_MS = 20
const GIVE_UP_MS = 15_000
// Of one statement that PostgreSQL ended because of another one.
const MOST_ATTEMPTS = 10

export class SqlStore implements SessionStore {
  readonly #database: SqlDatabase
  readonly #statements: ReturnType<typeof statementsFor>
  readonly #maxBytes: number
  readonly #loginKey: string | undefined
  #warned = false

  constructor(database: SqlDatabase, options: SqlStoreOptions) {
    const { table = 'sessions', maxBytes = 1024 * 1024, loginKey } = options
    checkFunctions('An SQL database', database, ['query'])
    checkPositive('bytes', { maxBytes })
    this.#database = database
    this.#statements = statementsFor(database.dialect, table)
    this.#maxBytes = maxBytes
    this.#loginKey = loginKey
  }

  async read(id: string): Promise<SessionRecord | null> {
    const row = await this.#read(id)
    if (row !== null && this.#loginKey !== undefined) await this.#label(id, row)
    return row?.record ?? null
  }

  // At once, because the handler may be the one that ends all sessions of this login.
  async #label(id: string, { record, version, login }: Row): Promise<void> {
    const own = this.#loginOf(record)
    if (own === login) return
    try {
      // Whoever changes the session at this moment writes the login as well.
      await this.#changes('save a session', 'label', [own, hashOf(id), version])
    } catch {
      // A database that takes no writes still serves pages that only read; it is tried again then.
    }
  }

  async create(id: string, record: SessionRecord): Promise<void> {
    const values = [...this.#columnsOf(record), hashOf(id)]
    if (await this.#changes('store a session', 'insert', values)) return
    throw new SessionStoreError('Cannot store a session: its id is already taken')
  }

  update(id: string, changes: SessionChanges): Promise<SessionRecord | null> {
    return this.#change(id, changes, (record, version) => {
      const values = [...this.#columnsOf(record), hashOf(id), version]
      return this.#changes('save a session', 'update', values)
    })
  }

  replace(
    id: string,
    newId: string,
    changes: SessionChanges,
    left: SessionRecord,
  ): Promise<SessionRecord | null> {
    const inPlace = [encode(left), purgeAt(left)]
    return this.#change(id, changes, (record, version) => {
      const values = [...this.#columnsOf(record), hashOf(newId), hashOf(id), version, ...inPlace]
      return this.#changes('save a session', 'move', values)
    })
  }

  async delete(id: string): Promise<SessionRecord | null> {
    if (await this.#changes('delete a session', 'delete', [hashOf(id)])) return null
    const left = await this.#read(id)
    return left?.record.successor === undefined ? null : left.record
  }

  async deleteOf(login: string | number): Promise<number> {
    if (this.#loginKey === undefined) {
      throw new TypeError('endSessionsOf needs the option loginKey, which tells whose a session is')
    }
    const text = this.#textOf(login)
    if (text === null)
      throw new TypeError(`endSessionsOf takes a text or a number, not ${describe(login)}`)
    return (await this.#send('end the sessions of a login', 'deleteOf', [text])).length
  }

  async purge(now: number, most: number): Promise<number> {
    return (await this.#send('purge sessions', 'purge', [now, most])).length
  }

  /** Applies changes until what was read is also what is replaced. */
  async #change(
    id: string,
    changes: SessionChanges,
    write: (record: SessionRecord, version: number) => Promise<boolean>,
  ): Promise<SessionRecord | null> {
    let pause = 1
    for (const giveUp = Date.now() + GIVE_UP_MS; Date.now() < giveUp;) {
      const latest = await this.#read(id)
      if (latest === null || latest.record.successor !== undefined) return latest?.record ?? null
      const record = applyChanges(latest.record, changes)
      if (await write(record, latest.version)) return record
      await wait(Math.random() * pause)
      pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)
    }
    throw new SessionStoreError('Cannot save a session: other requests kept changing it')
  }

  async #read(id: string): Promise<Row | null> {
    const [row] = await this.#send('read a session', 'read', [hashOf(id)])
    if (row === undefined) return null
    const { record: text, version: count, login } = row as StoredRow
    const record = decode(text)
    const version = Number(count)
    // A session of another version than these could neither be changed nor ended.
    const isOurs =
      record !== null &&
      Number.isSafeInteger(version) &&
      (record.successor === undefined ? version > 0 : version === 0)
    return isOurs ? { record, version, login } : this.#skip()
  }

  #columnsOf(record: SessionRecord): SqlValue[] {
    const text = encode(record)
    const bytes = Buffer.byteLength(text)
    if (bytes > this.#maxBytes) {
      throw new SessionTooLargeError('The session', bytes, this.#maxBytes, record)
    }
    return [text, this.#loginOf(record), purgeAt(record)]
  }

  #loginOf({ values }: SessionRecord): string | null {
    const key = this.#loginKey
    const login = key !== undefined && Object.hasOwn(values, key) ? values[key] : null
    return this.#textOf(login)
  }

  /** A login as the database answers it, which has another character for what is half of one. */
  #textOf(login: unknown): string | null {
    if (typeof login !== 'string' && !Number.isFinite(login)) return null
    const text = Buffer.from(String(login)).toString()
    // The same for what PostgreSQL has not.
    return this.#database.dialect === 'postgres' ? text.replaceAll('\0', '\ufffd') : text
  }

  #skip(): null {
    if (this.#warned) return null
    this.#warned = true
    // Not the content: who reads logs must not get sessions.
    warn(
      'A session in the database could not be understood, and its visitor has a new one. Further ' +
        'ones are skipped silently.',
      'SessionStorageWarning',
    )
    return null
  }

  async #changes(
    what: string,
    statement: keyof ReturnType<typeof statementsFor>,
    values: SqlValue[],
  ): Promise<boolean> {
    return (await this.#send(what, statement, values)).length > 0
  }

  async #send(
    what: string,
    statement: keyof ReturnType<typeof statementsFor>,
    values: SqlValue[],
  ): Promise<readonly unknown[]> {
    for (let attemptsLeft = MOST_ATTEMPTS - 1; ; attemptsLeft--) {
      let rows: unknown
      try {
        rows = await this.#database.query(this.#statements[statement], values)
      } catch (error) {
        const code = codeOf(error)
        // A deadlock, or a server whose transactions are serializable by default: nothing was done.
        if (code?.startsWith('40') && attemptsLeft > 0) continue
        throw new SessionStoreError(
          `Cannot ${what}: ${code ?? 'the database cannot be reached'}`,
          code,
        )
      }
      if (Array.isArray(rows)) return rows
      throw new TypeError(
        `query() must answer an array of rows, not ${describe(rows)}; with pg, .rows of its result`,
      )
    }
  }
}

// JSON of a record, in which the hashes of ids take their place.
function encode(record: SessionRecord): string {
  const { aliases, successor } = record
  if (aliases === undefined && successor === undefined) return JSON.stringify(record)
  return JSON.stringify({
    ...record,
    aliases: aliases?.map(hashOf),
    successor: successor && hashOf(successor),
  })
}

function decode(text: string): SessionRecord | null {
  const record = parseRecord(text)
  if (record?.aliases) record.aliases = record.aliases.map(referenceOf)
  if (record?.successor !== undefined) record.successor = referenceOf(record.successor)
  return record
}

function referenceOf(hash: string): string {
  return `sha256:${hash}`
}

function purgeAt({ expiresAt }: SessionRecord): number {
  return Math.ceil(expiresAt / HOUR + 1) * HOUR
}

/** What the driver says is wrong, in a word. The rest of its message may tell ids and values. */
function codeOf(error: unknown): string | undefined {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : undefined
}
