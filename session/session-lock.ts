import fs from 'node:fs'
import os from 'node:os'
import { hasCode, removeFile } from './files.ts'

/** The answer when somebody else holds the lock: try again. */
export const LOCKED = Symbol('locked')

// A change takes well under a millisecond. A lock this old was left by a process that we cannot ask.
const STALE_LOCK_MS = 10_000

const hostname = os.hostname()
let counter = 0

/**
 * Does something that one at a time may do, among all processes that share a directory.
 *
 * @param lock The path of the lock: a symbolic link that names its holder
 */
export function withLock<result>(lock: string, action: () => result): result | typeof LOCKED {
  const owner = `${hostname}/${process.pid}/${++counter}`
  const locked = linkExclusively(owner, lock) || breakAndTake(lock, owner)
  if (!locked) return LOCKED
  try {
    return action()
  } finally {
    if (readOwner(lock) === owner) removeFile(lock)
  }
}

// A link is made and read in one step each, with its text: no lock is ever without an owner.
function linkExclusively(owner: string, lock: string): boolean {
  try {
    fs.symlinkSync(owner, lock)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

/** Takes over the lock of a holder that is dead. */
function breakAndTake(lock: string, owner: string): boolean {
  const holder = readOwner(lock)
  if (holder !== null) {
    const since = fs.lstatSync(lock, { throwIfNoEntry: false })?.mtimeMs
    if (since === undefined || !isStale(holder, since)) return false
    // Two may see the same stale lock, and the slower one must not take away the faster one's new
    // lock: so look at what was really taken, and put it back if it was not the stale one.
    const taken = `${lock}.${process.pid}-${++counter}.tmp`
    try {
      fs.renameSync(lock, taken)
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return false
      throw error
    }
    const found = readOwner(taken)!
    removeFile(taken)
    if (found !== holder) {
      linkExclusively(found, lock)
      return false
    }
  }
  return linkExclusively(owner, lock)
}

/** Who holds the lock, or `null` if nobody does. */
function readOwner(lock: string): string | null {
  try {
    return fs.readlinkSync(lock)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

function isStale(owner: string, lockedAt: number): boolean {
  const [host, pid] = owner.split('/')
  if (host === hostname && !isRunning(Number(pid))) return true
  return Math.abs(Date.now() - lockedAt) > STALE_LOCK_MS
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}
