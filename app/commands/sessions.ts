// What an operator asks of the session directory or, with SESSION_STORAGE=database, of their table:
//
//   npm run sessions -- list [--json]    the sessions in it
//   npm run sessions -- check [--json]   counts, sizes and what is wrong; exit code 1 if anything is
//   npm run sessions -- purge [--json]   deletes what has expired and what was left over

import { accessSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { findDirectoryProblems, inspectSessionDirectory } from 'remix/session/fs-inspection'
import type { DirectoryEntry } from 'remix/session/fs-inspection'
import { createFsSessionStorage } from 'remix/session/fs-storage'
import { createSqlSessionStorage } from 'remix/session/sql-storage'
import { loadConfig } from '../config.ts'
import type { Config } from '../config.ts'
import { limitsOfSessions } from '../session.ts'
import { readSessionTable } from '../session-table/read-session-table.ts'

const USAGE = 'Usage: npm run sessions -- list|check|purge [--json]'

/** Of storages that nobody can look into from here: where sessions are then. */
const elsewhere: Record<string, string> = {
  cookie: 'in the browsers, and the server has none',
  memory: 'in the memory of the server, and go with it',
  redis: 'in Redis, which lists and drops them itself',
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException
  const isMissing = code === 'ENOENT'
  console.error(isMissing ? 'There is no such session directory: see SESSION_DIR' : message)
  process.exitCode = 1
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const config = loadConfig()
  const command = positionals.join(' ')
  const place = elsewhere[config.sessionStorage]
  if (place) throw new Error(`SESSION_STORAGE=${config.sessionStorage}: sessions are ${place}`)
  if (!['list', 'check', 'purge'].includes(command)) throw new Error(USAGE)
  if (config.sessionStorage === 'database') return askTable(command, config, values.json)
  if (command === 'list') return list(config.sessionDir, values.json)
  if (command === 'check') return check(config.sessionDir, values.json)
  return purge(config, values.json)
}

async function askTable(command: string, config: Config, json: boolean): Promise<number> {
  // Only here, as it takes its time to load.
  const { closeDatabase } = await import('../../db/connect.ts')
  const { openExisting } = await import('./open-existing.ts')
  const db = await openExisting(config)
  try {
    if (command === 'purge') {
      const expired = await createSqlSessionStorage(db.engine, { purgeInterval: 0 }).purge()
      console.log(json ? JSON.stringify({ expired }) : `${expired} had expired and were deleted.`)
      return 0
    }
    const { sessions, left, corrupt } = await readSessionTable(db)
    if (command === 'list') {
      print(sessions, 'the database', json)
      return 0
    }
    const problems = corrupt.map((id) => `${shorten(id)}: it cannot be understood`)
    report({ ...summaryOf(sessions), left, corrupt: corrupt.length, problems }, json)
    return problems.length === 0 ? 0 : 1
  } finally {
    await closeDatabase(db)
  }
}

function list(directory: string, json: boolean): number {
  const sessions = [...inspectSessionDirectory(directory)]
    .filter(({ record }) => record !== null)
    .sort((a, b) => b.writtenAt - a.writtenAt)
    .map(({ name, bytes, record }) => {
      const { createdAt, expiresAt, values, flashes } = record!
      const keys = [...Object.keys(values), ...Object.keys(flashes)]
      return { id: name, bytes, createdAt, expiresAt, keys }
    })
  print(sessions, directory, json)
  return 0
}

interface ListedSession {
  id: string
  bytes: number
  createdAt: number
  expiresAt: number
  keys: string[]
}

function print(sessions: ListedSession[], place: string, json: boolean): void {
  const listed = sessions.map(({ id, bytes, createdAt, expiresAt, keys }) => ({
    // The beginning tells them apart; the whole id would be a key to the session.
    id: `${id.slice(0, 8)}…`,
    created: new Date(createdAt).toISOString(),
    expires: new Date(expiresAt).toISOString(),
    expired: expiresAt <= Date.now(),
    bytes,
    keys,
  }))
  if (json) console.log(JSON.stringify(listed, null, 2))
  else if (listed.length === 0) console.log(`There are no sessions in ${place}`)
  else console.table(listed.map(({ keys, ...session }) => ({ ...session, keys: keys.join(', ') })))
}

function check(directory: string, json: boolean): number {
  const entries = [...inspectSessionDirectory(directory)]
  const problems = [
    ...findDirectoryProblems(directory).map((problem) => `${directory}: ${problem}`),
    ...entries.flatMap(({ name, problems }) =>
      problems.map((problem) => `${shorten(name)}: ${problem}`),
    ),
  ]
  const sessions = entries.flatMap(({ bytes, record }) =>
    record === null ? [] : [{ bytes, expiresAt: record.expiresAt }],
  )
  const found = {
    directory,
    ...summaryOf(sessions),
    tombstones: count(entries, 'tombstone'),
    temporary: count(entries, 'temporary'),
    locks: count(entries, 'lock'),
    corrupt: count(entries, 'corrupt'),
    // The one with which git keeps the empty folder is ours.
    foreign: count(
      entries.filter(({ name }) => name !== '.gitkeep'),
      'foreign',
    ),
    problems,
  }
  report(found, json)
  return problems.length === 0 ? 0 : 1
}

function summaryOf(sessions: { bytes: number; expiresAt: number }[]) {
  return {
    sessions: sessions.length,
    expired: sessions.filter(({ expiresAt }) => expiresAt <= Date.now()).length,
    bytes: sessions.reduce((sum, { bytes }) => sum + bytes, 0),
    largestBytes: sessions.reduce((largest, { bytes }) => Math.max(largest, bytes), 0),
  }
}

function report(found: { problems: string[]; [name: string]: unknown }, json: boolean): void {
  if (json) return console.log(JSON.stringify(found, null, 2))
  const { problems, ...counts } = found
  for (const [name, value] of Object.entries(counts)) {
    console.log(`${name.padEnd(13)} ${String(value)}`)
  }
  for (const problem of problems) console.log(`problem       ${problem}`)
}

async function purge(config: Config, json: boolean): Promise<number> {
  // The storage would make it, and then find nothing in it.
  accessSync(config.sessionDir)
  const storage = createFsSessionStorage(config.sessionDir, {
    ...limitsOfSessions(config),
    purgeInterval: 0,
  })
  const purged = await storage.purge()
  if (json) console.log(JSON.stringify(purged))
  else {
    console.log(
      `Looked at ${purged.sessions} sessions: ${purged.expired} had expired and were deleted, ` +
        `with ${purged.leftOvers} left-over files.`,
    )
  }
  return 0
}

function count(entries: DirectoryEntry[], kind: DirectoryEntry['kind']): number {
  return entries.filter((entry) => entry.kind === kind).length
}

// A name holds the id, which is a key to the session: its beginning is enough to find the file.
function shorten(name: string): string {
  return name.replace(/^([0-9a-f]{8})[0-9a-f]{56}/, '$1…')
}
