import fs from 'node:fs'
import path from 'node:path'
import { hasCode, NO_LINKS_NO_WAITING, removeFile } from './files.ts'
import { randomText } from '../random.ts'
import { applyChanges, parseRecord } from '../record.ts'
import type { SessionChanges, SessionRecord } from '../record.ts'
import { withLock } from './lock.ts'
import type { LOCKED } from './lock.ts'
import { makePrivateDirectory } from './private-directory.ts'
import { SessionStoreError, SessionTooLargeError } from '../errors.ts'
import { warn } from '../warning.ts'

// For what is read; it grows where there are larger sessions.
const USUAL_BYTES = 1024 * 1024
// What is read of something that this class did not write.
const NOT_A_RECORD = ''

/**
 * Session files and how they are read and changed; storage.ts tells the protocol. Every method is
 * synchronous and short: a small local file costs far less to read than a trip through the thread pool,
 * which hashing fills.
 */
export class SessionDirectory {
  readonly path: string
  readonly #maxBytes: number
  #buffer: Buffer
  #warned = false

  /**
   * @param directory Created with mode 0700 if it does not exist, else as `makePrivateDirectory` tells
   * @param maxBytes The largest file that is read or written
   */
  constructor(directory: string, maxBytes: number) {
    this.path = path.resolve(directory)
    this.#maxBytes = maxBytes
    this.#buffer = Buffer.allocUnsafeSlow(Math.min(maxBytes, USUAL_BYTES))
    makePrivateDirectory(this.path)
  }

  file(id: string, extension: string): string {
    return `${this.path}/${id}.${extension}`
  }

  read(id: string): SessionRecord | null {
    const text = this.#readText(id, 'json')
    if (text === null || fs.existsSync(this.file(id, 'gone'))) return this.#readTombstone(id)
    return parseRecord(text) ?? this.#setAside(id)
  }

  /** What a session left that got a new id; `null` for one that was destroyed or never was. */
  #readTombstone(id: string): SessionRecord | null {
    const text = this.#readText(id, 'gone')
    return text ? parseRecord(text) : null
  }

  /** @throws SessionStoreError if the id is taken */
  create(id: string, record: SessionRecord): void {
    const alone: Alone = (action) => withLock(this.file(id, 'lock'), action)
    const place = (from: string, to: string): void => placeNew(from, to, alone)
    try {
      this.#write(id, record, place)
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error
      makePrivateDirectory(this.path) // somebody removed it while we ran
      this.#write(id, record, place)
    }
  }

  update(id: string, changes: SessionChanges): SessionRecord | null | typeof LOCKED {
    return this.#withLock(id, () => {
      const record = this.read(id)
      if (record === null || record.successor !== undefined) return record
      const changed = applyChanges(record, changes)
      return this.#write(id, changed, fs.renameSync) ? changed : this.#readTombstone(id)
    })
  }

  replace(
    id: string,
    newId: string,
    changes: SessionChanges,
    left: SessionRecord,
  ): SessionRecord | null | typeof LOCKED {
    return this.#withLock(id, () => {
      const record = this.read(id)
      if (record === null || record.successor !== undefined) return record
      const changed = applyChanges(record, changes)
      this.create(newId, changed)
      let buried = false
      try {
        // Two may be here at once only if one of them was taken for dead: the tombstone decides.
        buried = this.#bury(id, left)
      } finally {
        if (!buried) removeFile(this.file(newId, 'json')) // nobody has heard of it
      }
      return buried ? changed : this.#readTombstone(id)
    })
  }

  /** @returns What a session left that got a new id: it was gone already */
  delete(id: string): SessionRecord | null {
    const tombstone = this.file(id, 'gone')
    return attempt('delete a session', () => {
      try {
        if (createExclusively(tombstone)) return null
      } catch {
        removeFile(this.file(id, 'json')) // makes room where the disk is full
        if (createExclusively(tombstone)) return null
      } finally {
        removeFile(this.file(id, 'json'))
      }
      return this.#readTombstone(id)
    })
  }

  /** @returns Whether this call is the one that ended the session */
  #bury(id: string, left: SessionRecord): boolean {
    const temporary = this.#temporary(id)
    try {
      fs.writeFileSync(temporary, JSON.stringify(left), { flag: 'wx', mode: 0o600 })
      placeNew(temporary, this.file(id, 'gone'), (action) => action()) // we have the lock
    } catch (error) {
      discardFile(temporary)
      if (hasCode(error, 'EEXIST')) return false
      throw storeError('replace a session', error)
    } finally {
      if (fs.existsSync(this.file(id, 'gone'))) removeFile(this.file(id, 'json'))
    }
    return true
  }

  #temporary(id: string): string {
    return this.file(id, `${process.pid}-${randomText(6, 'hex')}.tmp`)
  }

  /** Deletes the session if it has expired, judged by what is stored at this moment. */
  deleteIf(id: string, hasExpired: (record: SessionRecord) => boolean): boolean | typeof LOCKED {
    const isOver = (): boolean => {
      const text = this.#readText(id, 'json')
      const record = text === null ? null : parseRecord(text)
      return record === null || hasExpired(record)
    }
    if (!isOver()) return false
    return this.#withLock(id, () => {
      if (!isOver()) return false
      removeFile(this.file(id, 'json'))
      return true
    })
  }

  #readText(id: string, extension: string): string | null {
    const file = this.file(id, extension)
    let descriptor: number
    try {
      descriptor = fs.openSync(file, NO_LINKS_NO_WAITING)
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return null
      if (hasCode(error, 'ELOOP', 'ENXIO')) return NOT_A_RECORD // a link, a socket
      throw storeError('read a session', error)
    }
    try {
      const stat = fs.fstatSync(descriptor)
      if (!stat.isFile() || stat.size > this.#maxBytes) return NOT_A_RECORD
      if (stat.size > this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(stat.size)
      let length = 0
      while (length < stat.size) {
        const count = fs.readSync(descriptor, this.#buffer, length, stat.size - length, length)
        if (count === 0) break
        length += count
      }
      return this.#buffer.toString('utf8', 0, length)
    } catch (error) {
      throw storeError('read a session', error)
    } finally {
      fs.closeSync(descriptor)
    }
  }

  /**
   * Writes a whole file, which `place` then gives its name.
   *
   * @returns Whether the session is still wanted
   */
  #write(id: string, record: SessionRecord, place: (from: string, to: string) => void): boolean {
    const text = JSON.stringify(record)
    const bytes = Buffer.byteLength(text)
    if (bytes > this.#maxBytes) {
      throw new SessionTooLargeError('The session file', bytes, this.#maxBytes, record)
    }
    const temporary = this.#temporary(id)
    const file = this.file(id, 'json')
    try {
      fs.writeFileSync(temporary, text, { flag: 'wx', mode: 0o600 })
      place(temporary, file)
    } catch (error) {
      discardFile(temporary)
      throw storeError('write a session', error)
    }
    if (!fs.existsSync(this.file(id, 'gone'))) return true
    removeFile(file)
    return false
  }

  #withLock<result>(id: string, change: () => result): result | typeof LOCKED {
    return attempt('lock a session', () => withLock(this.file(id, 'lock'), change))
  }

  #setAside(id: string): null {
    if (!this.#warned) {
      this.#warned = true
      // Neither the id nor the content: who reads logs must not get sessions.
      warn(
        'A session file could not be understood. It was set aside as *.corrupt, and its ' +
          'visitor has a new session. Further ones are set aside silently.',
        'SessionStorageWarning',
      )
    }
    const file = this.file(id, 'json')
    attempt('set a corrupt session aside', () => {
      try {
        fs.renameSync(file, this.file(id, 'corrupt'))
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return
        // Of a file and a folder neither can replace the other.
        fs.renameSync(file, this.file(id, `${randomText(6, 'hex')}.tmp`))
      }
    })
    return null
  }
}

/** Does something that one at a time may do. */
type Alone = <result>(action: () => result) => result | typeof LOCKED

// A link, because renaming would replace a file that is there. FAT, for one, has no links: there
// whoever makes a file of an id has its lock and looks first.
function placeNew(temporary: string, file: string, alone: Alone): void {
  try {
    fs.linkSync(temporary, file)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw error
    const placed = alone(() => {
      if (fs.lstatSync(file, { throwIfNoEntry: false })) return false
      fs.renameSync(temporary, file)
      return true
    })
    if (placed === true) return
    throw new SessionStoreError('Cannot write a session: EEXIST', 'EEXIST')
  }
  fs.unlinkSync(temporary)
}

// After a failure the first error is the one to tell; what stays behind, the purge collects.
function discardFile(file: string): void {
  try {
    fs.unlinkSync(file)
  } catch {}
}

function createExclusively(file: string): boolean {
  try {
    fs.closeSync(fs.openSync(file, 'wx', 0o600))
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

function attempt<result>(what: string, action: () => result): result {
  try {
    return action()
  } catch (error) {
    throw storeError(what, error)
  }
}

/** The message must not tell the id, so it leaves out the path that the system's message has. */
export function storeError(what: string, cause: unknown): Error {
  if (cause instanceof SessionStoreError || cause instanceof SessionTooLargeError) return cause
  if (!hasCode(cause)) return cause as Error
  return new SessionStoreError(`Cannot ${what}: ${cause.code}`, cause.code)
}
