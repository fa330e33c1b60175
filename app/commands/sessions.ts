// What an operator asks of the session directory:
//
//   npm run sessions -- list [--json]    the sessions in it
//   npm run sessions -- check [--json]   counts, sizes and what is wrong; exit code 1 if anything is
//   npm run sessions -- purge [--json]   deletes what has expired and what was left over

import { parseArgs } from 'node:util'
import { findDirectoryProblems, inspectSessionDirectory } from 'remix/session/fs-inspection'
import type { DirectoryEntry } from 'remix/session/fs-inspection'
import { createFsSessionStorage } from 'remix/session/fs-storage'
import { loadConfig } from '../config.ts'

const USAGE = 'Usage: npm run sessions -- list|check|purge [--json]'

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
  switch (positionals.join(' ')) {
    case 'list':
      return list(config.sessionDir, values.json)
    case 'check':
      return check(config.sessionDir, values.json)
    case 'purge':
      return purge(config, values.json)
    default:
      console.error(USAGE)
      return 1
  }
}

function list(directory: string, json: boolean): number {
  const sessions = [...inspectSessionDirectory(directory)]
    .filter(({ record }) => record !== null)
    .sort((a, b) => b.writtenAt - a.writtenAt)
    .map(({ name, bytes, record }) => ({
      // The beginning tells them apart; the whole id would be a key to the session.
      id: `${name.slice(0, 8)}…`,
      created: new Date(record!.createdAt).toISOString(),
      expires: new Date(record!.expiresAt).toISOString(),
      expired: record!.expiresAt <= Date.now(),
      bytes,
      keys: [...Object.keys(record!.values), ...Object.keys(record!.flashes)],
    }))
  if (json) console.log(JSON.stringify(sessions, null, 2))
  else if (sessions.length === 0) console.log(`There are no sessions in ${directory}`)
  else
    console.table(sessions.map(({ keys, ...session }) => ({ ...session, keys: keys.join(', ') })))
  return 0
}

function check(directory: string, json: boolean): number {
  const entries = [...inspectSessionDirectory(directory)]
  const problems = [
    ...findDirectoryProblems(directory).map((problem) => `${directory}: ${problem}`),
    ...entries.flatMap(({ name, problems }) =>
      problems.map((problem) => `${shorten(name)}: ${problem}`),
    ),
  ]
  const sessions = entries.filter(({ record }) => record !== null)
  const report = {
    directory,
    sessions: sessions.length,
    expired: sessions.filter(({ record }) => record!.expiresAt <= Date.now()).length,
    bytes: sum(sessions.map(({ bytes }) => bytes)),
    largestBytes: sessions.reduce((largest, { bytes }) => Math.max(largest, bytes), 0),
    tombstones: count(entries, 'tombstone'),
    temporary: count(entries, 'temporary'),
    locks: count(entries, 'lock'),
    corrupt: count(entries, 'corrupt'),
    foreign: count(entries, 'foreign'),
    problems,
  }
  if (json) console.log(JSON.stringify(report, null, 2))
  else {
    for (const [name, value] of Object.entries(report)) {
      if (name !== 'problems') console.log(`${name.padEnd(13)} ${String(value)}`)
    }
    for (const problem of problems) console.log(`problem       ${problem}`)
  }
  return problems.length === 0 ? 0 : 1
}

async function purge(
  config: { sessionDir: string; sessionMaxAge: number; sessionLifetime: number },
  json: boolean,
): Promise<number> {
  const storage = createFsSessionStorage(config.sessionDir, {
    maxAge: config.sessionMaxAge,
    lifetime: config.sessionLifetime,
    purgeInterval: 0,
  })
  const report = await storage.purge()
  if (json) console.log(JSON.stringify(report))
  else {
    console.log(
      `Looked at ${report.sessions} sessions: ${report.expired} had expired and were deleted, ` +
        `with ${report.leftOvers} left-over files.`,
    )
  }
  return 0
}

function count(entries: DirectoryEntry[], kind: DirectoryEntry['kind']): number {
  return entries.filter((entry) => entry.kind === kind).length
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

// A name holds the id, which is a key to the session: its beginning is enough to find the file.
function shorten(name: string): string {
  return name.replace(/^([0-9a-f]{8})[0-9a-f]{56}/, '$1…')
}
