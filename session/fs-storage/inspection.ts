import fs from 'node:fs'
import path from 'node:path'
import { parseFileName } from './names.ts'
import type { FileKind } from './names.ts'
import { showMode } from './private-directory.ts'
import { parseRecord } from '../record.ts'
import type { SessionRecord } from '../record.ts'

/** A file of a session directory, as an operator sees it. */
export interface DirectoryEntry {
  name: string
  kind: FileKind | 'foreign'
  bytes: number
  /** When it was written, in milliseconds since 1970. */
  writtenAt: number
  /** What is stored; `null` for everything but a session that can be read. */
  record: SessionRecord | null
  /** What is wrong with it, in words. */
  problems: string[]
}

// Sixteen times the default of what the storage itself would read.
const LARGEST_READ = 16 * 1024 * 1024

/**
 * Looks at everything in a session directory and changes nothing.
 *
 * @throws Error if the directory cannot be read
 */
export function* inspectSessionDirectory(directory: string): Generator<DirectoryEntry> {
  for (const name of fs.readdirSync(directory)) {
    const entry = inspectFile(path.join(directory, name), name)
    if (entry) yield entry
  }
}

/** What is wrong with the directory itself. */
export function findDirectoryProblems(directory: string): string[] {
  const { mode } = fs.statSync(directory)
  return mode & 0o077 ? [`mode ${showMode(mode)}: others can look into it, it should be 0700`] : []
}

function inspectFile(file: string, name: string): DirectoryEntry | null {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false })
  if (!stat) return null // gone since the directory was read
  const kind = parseFileName(name)?.kind ?? 'foreign'
  const entry: DirectoryEntry = {
    name,
    kind,
    bytes: stat.size,
    writtenAt: stat.mtimeMs,
    record: null,
    problems: [],
  }
  if (kind === 'foreign' || kind === 'lock') return entry
  if (!stat.isFile()) {
    entry.problems.push('is not a regular file')
    return entry
  }
  if (stat.mode & 0o077) entry.problems.push(`mode ${showMode(stat.mode)}: it should be 0600`)
  if (kind === 'corrupt') entry.problems.push('could not be understood and was set aside')
  if (kind === 'session') inspectSession(file, entry)
  return entry
}

function inspectSession(file: string, entry: DirectoryEntry): void {
  if (entry.bytes > LARGEST_READ) {
    entry.problems.push('is larger than 16 MiB and was not read')
    return
  }
  try {
    entry.record = parseRecord(fs.readFileSync(file, 'utf8'))
  } catch (error) {
    entry.problems.push(`cannot be read: ${(error as NodeJS.ErrnoException).code}`)
    return
  }
  if (entry.record === null) {
    entry.kind = 'corrupt'
    entry.problems.push('cannot be understood')
  }
}
