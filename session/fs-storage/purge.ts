import fs from 'node:fs'
import { removeFile } from './files.ts'
import { storeError } from './directory.ts'
import type { SessionDirectory } from './directory.ts'
import { LOCKED } from './lock.ts'
import { parseFileName } from './names.ts'
import type { FileName } from './names.ts'
import type { SessionRecord } from '../record.ts'

/** What a purge did. */
export interface PurgeReport {
  /** Session files that were looked at. */
  sessions: number
  /** Sessions that had expired and were deleted. */
  expired: number
  /** Files of interrupted writes, tombstones and corrupt files that were deleted. */
  leftOvers: number
}

interface PurgeRules {
  now(): number
  hasExpired(record: SessionRecord): boolean
  /** No session whose file was written later than so many milliseconds ago needs to be opened. */
  shortestLife: number
  signal: AbortSignal
}

// Longer than any request lasts: until then a slow one may still need the tombstone.
const LEFT_OVER_MS = 60 * 60 * 1000
// So long a purge works at a time, and so long it leaves all of the process to requests then. It takes up to
// two minutes for a million sessions.
const SLICE_MS = 4
const REST_MS = 12

/**
 * Deletes expired sessions and left-overs from a session directory. What it does not know it leaves
 * alone. A session's age is that of its file, so only the old ones are opened.
 */
export async function purge(directory: SessionDirectory, rules: PurgeRules): Promise<PurgeReport> {
  const report = { sessions: 0, expired: 0, leftOvers: 0 }
  const failures: unknown[] = []
  let sliceEnds = performance.now() + SLICE_MS
  for await (const { name } of await fs.promises.opendir(directory.path, { bufferSize: 256 })) {
    if (rules.signal.aborted) break
    const ours = parseFileName(name)
    if (ours === null) continue
    try {
      purgeFile(directory, ours, rules, report)
    } catch (error) {
      failures.push(error) // one file that resists does not save the others
    }
    if (performance.now() > sliceEnds) {
      await new Promise((resolve) => void setTimeout(resolve, REST_MS))
      sliceEnds = performance.now() + SLICE_MS
    }
  }
  if (failures.length > 0) throw storeError(`purge ${failures.length} files`, failures[0])
  return report
}

function purgeFile(
  directory: SessionDirectory,
  { id, ending, kind }: FileName,
  rules: PurgeRules,
  report: PurgeReport,
): void {
  const file = directory.file(id, ending)
  const stat = fs.lstatSync(file, { throwIfNoEntry: false })
  if (stat === undefined || stat.isDirectory()) return
  // A corrupt file keeps the time of its content; somebody may want to look at it first.
  const age = rules.now() - (kind === 'corrupt' ? stat.ctimeMs : stat.mtimeMs)
  if (kind !== 'session') {
    if (age < LEFT_OVER_MS) return
    // Of a process that was stopped in between, the session is still there, and would live again.
    if (kind === 'tombstone') removeFile(directory.file(id, 'json'))
    removeFile(file)
    report.leftOvers++
    return
  }
  report.sessions++
  if (age < rules.shortestLife || !stat.isFile()) return
  const deleted = directory.deleteIf(id, rules.hasExpired)
  if (deleted !== LOCKED && deleted) report.expired++
}
