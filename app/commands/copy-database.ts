// Copies all data of a shop from its SQLite file into an empty PostgreSQL:
//
//   npm run db:copy -- --from ./db/bookstore.sqlite --to postgres://user:password@localhost/bookstore

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { closeDatabase, openDatabase } from '../../db/connect.ts'
import { copyDatabase } from '../../db/copy-database.ts'
import type { CopyProgress } from '../../db/copy-database.ts'
import { isDatabaseUrl, isPostgresUrl } from '../../db/database-url.ts'
import { projectFolder } from '../config.ts'

const USAGE = 'Usage: npm run db:copy -- --from FILE --to postgres://user:password@host/name'

// What takes long tells how far it is.
const TELL_EVERY_ROWS = 50_000

try {
  await copy(readOptions(process.argv.slice(2)))
} catch (error) {
  console.error((error as Error).message.split('\n')[0])
  process.exitCode = 1
}

function readOptions(args: string[]): { from: string; to: string } {
  const { from, to } = parse(args)
  if (!from || !to) throw new Error(USAGE)
  if (!isPostgresUrl(to)) throw new Error('--to has to be the address of a PostgreSQL')
  // The value is not repeated: it may hold a password.
  if (isPostgresUrl(from) || !isDatabaseUrl(from)) {
    throw new Error('--from has to be the path of an SQLite file, and no address')
  }
  const file = resolve(projectFolder, from)
  if (!existsSync(file)) throw new Error(`There is no database at ${file}`)
  return { from: file, to }
}

function parse(args: string[]): { from?: string; to?: string } {
  try {
    return parseArgs({ args, options: { from: { type: 'string' }, to: { type: 'string' } } }).values
  } catch {
    // Its message repeats what was not understood, which may be an address with a password.
    throw new Error(USAGE)
  }
}

async function copy({ from, to }: { from: string; to: string }): Promise<void> {
  const source = await openDatabase(from, { variable: '--from' })
  try {
    const target = await openDatabase(to, { variable: '--to', poolSize: 1 })
    try {
      await copyDatabase(source, target, tell)
    } finally {
      await closeDatabase(target)
    }
  } finally {
    await closeDatabase(source)
  }
  console.log('All is copied. Set DATABASE_URL to the new address, and start the shop.')
}

function tell({ table, copied, total, checksum }: CopyProgress): void {
  const name = table.padEnd(20)
  const rows = String(total).padStart(9)
  if (checksum !== undefined) console.log(`${name}${rows} rows, checksum ${checksum}`)
  else if (copied % TELL_EVERY_ROWS === 0) console.log(`${name}${copied} of ${total} rows`)
}
