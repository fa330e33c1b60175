import { hash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import { hasCode, NO_LINKS_NO_WAITING, removeFile } from './files.ts'
import { randomText } from '../random.ts'

/** The answer when somebody else holds the lock: try again. */
export const LOCKED = Symbol('locked')

// A change takes well under a millisecond. A lock this old was left by a process that we cannot ask.
const STALE_LOCK_MS = 10_000

// Who holds a lock: where a process is, its id there, and a random text for each lock. The last
// dash shows that the text is whole. Slashes would come back reversed from a link on Windows.
const OWNER = /^(?<place>[0-9a-f]{16})-(?<pid>\d+)-[0-9a-f]+-$/
const OWNER_BYTES = 64

const place = placeOfProcess()

interface Lock {
  /** Empty if it is somebody's who did not get so far as to write it, or no lock of ours. */
  owner: string
  /** When it was made, by the clock of the file system. */
  since: number
}

/**
 * Does something that one at a time may do, among all processes that share a directory.
 *
 * @param lock The path of the lock: a symbolic link that names its holder, or, where there are no
 *   symbolic links, a file
 */
export function withLock<result>(lock: string, action: () => result): result | typeof LOCKED {
  const owner = `${place}-${process.pid}-${randomText(6, 'hex')}-`
  const locked = take(lock, owner) || (breakStale(lock) && take(lock, owner))
  if (!locked) return LOCKED
  try {
    return action()
  } finally {
    if (readOwner(lock) === owner) removeFile(lock)
  }
}

// Both ways keep out what was made in the other, or is something else altogether.
function take(lock: string, owner: string): boolean {
  try {
    fs.symlinkSync(owner, lock)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    return takeByFile(lock, owner) // which fails in the same way, unless only links are impossible
  }
}

function takeByFile(lock: string, owner: string): boolean {
  let descriptor: number
  try {
    descriptor = fs.openSync(lock, 'wx', 0o600)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
  try {
    fs.writeSync(descriptor, owner)
    return true
  } catch (error) {
    removeFile(lock)
    throw error
  } finally {
    fs.closeSync(descriptor)
  }
}

/** Removes the lock of a dead holder, or whatever else is in its place; answers whether it is free. */
function breakStale(lock: string): boolean {
  const seen = look(lock)
  if (seen === null) return true
  if (!isStale(seen, Date.now())) return false
  // Of two that see the same stale lock, the slower one would take away the faster one's new lock:
  // so one at a time does this, and looks again. What it has just made tells the file system's time.
  const breaking = `${lock}.tmp`
  const freed = withLock(breaking, () => {
    const found = look(lock)
    const now = look(breaking)
    if (found === null) return true
    if (now === null || !isStale(found, now.since)) return false
    remove(lock)
    return true
  })
  return freed === true
}

function isStale({ owner, since }: Lock, now: number): boolean {
  const holder = OWNER.exec(owner)?.groups
  if (holder?.['place'] === place && !isRunning(Number(holder['pid']))) return true
  return Math.abs(now - since) > STALE_LOCK_MS
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

/** What is in the place of a lock, or `null` if nothing is. */
function look(lock: string): Lock | null {
  const stat = fs.lstatSync(lock, { throwIfNoEntry: false })
  return stat ? { owner: readOwner(lock), since: stat.mtimeMs } : null
}

function readOwner(lock: string): string {
  try {
    return fs.readlinkSync(lock)
  } catch (error) {
    return hasCode(error, 'ENOENT') ? '' : readOwnerOfFile(lock)
  }
}

function readOwnerOfFile(lock: string): string {
  let descriptor: number
  try {
    descriptor = fs.openSync(lock, NO_LINKS_NO_WAITING)
  } catch {
    return ''
  }
  try {
    const buffer = Buffer.alloc(OWNER_BYTES)
    return buffer.toString('latin1', 0, fs.readSync(descriptor, buffer))
  } catch {
    return '' // a folder, for one
  } finally {
    fs.closeSync(descriptor)
  }
}

function remove(lock: string): void {
  try {
    removeFile(lock)
  } catch {
    // A folder: nobody but who put it there knows what is in it. It is only set aside.
    fs.renameSync(lock, `${lock}.${randomText(6, 'hex')}.tmp`)
  }
}

/**
 * Names the place where the process ids are that this process can ask about: two containers may
 * have one host name, and machines that share a disk have the same namespaces.
 */
function placeOfProcess(): string {
  if (process.platform !== 'linux') return shorten(os.hostname())
  try {
    const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')
    return shorten(boot + fs.readlinkSync('/proc/self/ns/pid'))
  } catch {
    return randomText(8, 'hex') // it cannot be told: nobody else is there
  }
}

// With its owner in at most 59 bytes, a link is kept within its inode.
function shorten(text: string): string {
  return hash('sha256', text).slice(0, 16)
}
