// A key a session: the prefix and the hash of its id. Its value is the text that record.ts describes.
//
//   read      GETRANGE, a byte more than a session may have.
//   create    SET NX with the time that is left to the session, so Redis clears away what has expired.
//   update    A script, scripts.ts, applies the changes to what is stored at that moment and answers
//             with it. It is atomic, whoever else is connected.
//   replace   The same, then RENAME to the new key, and what the session leaves under the old one.
//   delete    DEL, unless there is a successor. No tombstone: nothing but `create` makes a key, and
//             that one only for an id that is new.
//
// Each command must be answered in time. That a script is not known there is no fault: it is sent.

import { createCustomSessionStorage } from '../custom-storage/storage.ts'
import type {
  SessionChanges,
  SessionRecord,
  SessionStore,
  TimeLimits,
} from '../custom-storage/storage.ts'
import { decodeRecord, encodeChanges, encodeRecord } from './record.ts'
import { hashOf } from '../id.ts'
import { deleteScript, updateScript } from './scripts.ts'
import type { RedisScript } from './scripts.ts'
import { SessionStoreError, SessionTooLargeError } from '../errors.ts'
import { checkFunctions, checkPositive, checkStorageOptions } from '../options.ts'
import type { SessionStorage } from '../session.ts'
import { startTimer } from '../timer.ts'
import { warn } from '../warning.ts'

/**
 * What is needed of a client for Redis. One of `createClient` or `createClientPool` of `redis`
 * (node-redis) is one as it is; others take a line:
 *
 * ```ts
 * const client = { sendCommand: (command) => sentinel.sendCommand(false, command) }
 * const client = { sendCommand: (command) => cluster.sendCommand('{session}', false, command) }
 * const client = { sendCommand: ([name, ...args]) => ioredis.call(name, ...args) }
 * const client = { sendCommand: (command) => valkeyGlide.customCommand(command) }
 * ```
 *
 * All keys of a cluster must be in one slot: `prefix: '{session}:'`.
 */
export interface RedisCommands {
  /** Sends a command and resolves with its reply; rejects when the reply is an error or none comes. */
  sendCommand(command: string[]): Promise<unknown>
}

export interface RedisSessionStorageOptions extends TimeLimits {
  /**
   * What the keys begin with; the rest is the SHA-256 of the session id. Two applications on one
   * server take different ones.
   *
   * @default 'session:'
   */
  prefix?: string | undefined
  /**
   * The largest session in bytes. A larger one is refused when it is saved, and what is larger in
   * Redis is not read.
   *
   * @default 1_048_576
   */
  maxBytes?: number | undefined
  /**
   * How long a command may take, in milliseconds; `Infinity` for no limit. After that the request
   * fails, whatever the client still tries: a page is not worth a longer wait.
   *
   * @default 1_500
   */
  timeout?: number | undefined
}

const OPTION_TYPES = {
  prefix: 'string',
  maxBytes: 'number',
  timeout: 'number',
} satisfies Record<Exclude<keyof RedisSessionStorageOptions, keyof TimeLimits>, string>
// `PX` takes no more; in years it is more than anybody waits.
const LONGEST_MS = 2 ** 52
// Redis keeps none that is longer.
const LONGEST_STRING = 512 * 1024 * 1024

/**
 * Keeps sessions in Redis (6.2 or later) or Valkey, for any number of servers. A change is one script
 * on the server, so every promise holds between machines as it does between two requests of one.
 *
 * Each key expires with its session. Nothing lists keys and nothing needs to be purged.
 *
 * @param client A connected client. Opening, watching and closing it is up to you
 * @throws RangeError if a limit is not positive; TypeError if the client has no `sendCommand`, an option
 *   is of another type, or its name is misspelt by case, `-` or `_`, as `maxage`
 */
export function createRedisSessionStorage(
  client: RedisCommands,
  options: RedisSessionStorageOptions = {},
): SessionStorage {
  return createCustomSessionStorage(new RedisStore(client, options), options)
}

class RedisStore implements SessionStore {
  readonly #client: RedisCommands
  readonly #prefix: string
  readonly #maxBytes: number
  readonly #timeout: number
  readonly #now: () => number
  #warned = false

  constructor(client: RedisCommands, options: RedisSessionStorageOptions) {
    checkStorageOptions(options, OPTION_TYPES)
    checkFunctions('A Redis client', client, ['sendCommand'])
    const { prefix = 'session:', maxBytes = 1024 * 1024, timeout = 1500, now = Date.now } = options
    checkPositive('bytes', { maxBytes })
    checkPositive('milliseconds', { timeout })
    this.#client = client
    this.#prefix = prefix
    this.#maxBytes = Math.min(Math.floor(maxBytes), LONGEST_STRING)
    this.#timeout = timeout
    this.#now = now
  }

  async read(id: string): Promise<SessionRecord | null> {
    // A byte more than a session may have is enough to see that it is none.
    const get = ['GETRANGE', this.#keyOf(id), '0', String(this.#maxBytes)]
    try {
      return this.#decode(await this.#send('read a session', get))
    } catch (error) {
      if (codeOf(error) !== 'WRONGTYPE') throw error
      return this.#skip() // a list, a hash or the like
    }
  }

  async create(id: string, record: SessionRecord): Promise<void> {
    const text = encodeRecord(record)
    this.#checkSize(text)
    const set = ['SET', this.#keyOf(id), text, 'PX', this.#timeLeft(record), 'NX']
    if ((await this.#send('store a session', set)) !== null) return
    throw new SessionStoreError('Cannot store a session: its id is already taken')
  }

  update(id: string, changes: SessionChanges): Promise<SessionRecord | null> {
    return this.#change([this.#keyOf(id)], changes)
  }

  replace(
    id: string,
    newId: string,
    changes: SessionChanges,
    left: SessionRecord,
  ): Promise<SessionRecord | null> {
    const keys = [this.#keyOf(id), this.#keyOf(newId)]
    return this.#change(keys, changes, [encodeRecord(left), this.#timeLeft(left)])
  }

  async delete(id: string): Promise<SessionRecord | null> {
    return this.#decode(await this.#run('delete a session', deleteScript, [this.#keyOf(id)], []))
  }

  async #change(
    keys: string[],
    changes: SessionChanges,
    left: string[] = [],
  ): Promise<SessionRecord | null> {
    const timeLeft = changes.times ? this.#timeLeft(changes.times) : ''
    const args = [encodeChanges(changes), timeLeft, String(this.#maxBytes), ...left]
    const reply = await this.#run('save a session', updateScript, keys, args)
    if (Array.isArray(reply)) this.#checkSize(String(reply[0]))
    return this.#decode(reply)
  }

  #keyOf(id: string): string {
    return this.#prefix + hashOf(id)
  }

  // Relative, so that it does not matter whether the clocks of the servers agree.
  #timeLeft({ expiresAt }: Pick<SessionRecord, 'expiresAt'>): string {
    const milliseconds = Math.ceil(expiresAt - this.#now())
    return String(Math.min(Math.max(milliseconds, 1), LONGEST_MS))
  }

  #checkSize(text: string): void {
    const bytes = Buffer.byteLength(text)
    if (bytes <= this.#maxBytes) return
    throw new SessionTooLargeError('The session', bytes, this.#maxBytes, decodeRecord(text)!)
  }

  #decode(reply: unknown): SessionRecord | null {
    const text = String(reply ?? '')
    if (text === '') return null // there is none
    const isTooLarge = Buffer.byteLength(text) > this.#maxBytes
    return (isTooLarge ? null : decodeRecord(text)) ?? this.#skip()
  }

  #skip(): null {
    if (this.#warned) return null
    this.#warned = true
    // Neither the key nor the content: who reads logs must not get sessions.
    warn(
      'A session in Redis could not be understood or is larger than maxBytes, and its visitor has ' +
        'a new one. Further ones are skipped silently.',
      'SessionStorageWarning',
    )
    return null
  }

  /** Runs a script; a server that was restarted since is sent its text again. */
  #run(what: string, script: RedisScript, keys: string[], args: string[]): Promise<unknown> {
    const rest = [String(keys.length), ...keys, ...args]
    return this.#inTime(what, async () => {
      try {
        return await this.#client.sendCommand(['EVALSHA', script.sha1, ...rest])
      } catch (error) {
        if (!isMissingScript(error)) throw error
        return await this.#client.sendCommand(['EVAL', script.lua, ...rest])
      }
    })
  }

  #send(what: string, command: string[]): Promise<unknown> {
    return this.#inTime(what, () => this.#client.sendCommand(command))
  }

  async #inTime(what: string, send: () => Promise<unknown>): Promise<unknown> {
    let stop: (() => void) | undefined
    const timeout = new Promise<never>((_resolve, reject) => {
      const giveUp = (): void =>
        reject(new SessionStoreError(`Cannot ${what}: Redis did not answer`, 'ETIMEDOUT'))
      // One round later: after a busy moment of our own the answer may already lie there.
      stop = startTimer(this.#timeout, () => setImmediate(giveUp))
    })
    try {
      return (await Promise.race([send(), timeout])) ?? null
    } catch (error) {
      if (error instanceof SessionStoreError) throw error
      const code = codeOf(error)
      throw new SessionStoreError(`Cannot ${what}: ${code ?? 'Redis cannot be reached'}`, code)
    } finally {
      stop?.()
    }
  }
}

// Wherever it stands and in whichever name: no change could be saved where it is not recognised.
function isMissingScript(error: unknown): boolean {
  return /\bNOSCRIPT\b|\bNoScriptError\b/.test(textsOf(error).message)
}

// In capitals, and a colon after it in Valkey GLIDE, which has names of its own for some.
const REPLY = /^(?:An error was signalled by the server: - (\w+)|[A-Z][A-Z0-9]+)(?=[ :])/

/**
 * What the client says is wrong, in a word: an error reply begins with one, an error of the system has
 * one. The rest of the message may tell keys and values.
 */
function codeOf(error: unknown): string | undefined {
  const { code, message } = textsOf(error)
  if (code !== undefined) return code
  const [word, name] = REPLY.exec(message) ?? []
  return name ?? word
}

// Not by its class, which is another one in another realm.
function textsOf(error: unknown): { code: string | undefined; message: string } {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  return { code: typeof code === 'string' ? code : undefined, message: String(message) }
}
