// Writes all that is in the SQLite file of a shop, which may run meanwhile, into a new file:
//
//   npm run db:backup -- ./backups/monday.sqlite

import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import SqliteDatabase from 'better-sqlite3'
import { isPostgresUrl } from '../../db/database-url.ts'
import { loadConfig, projectFolder } from '../config.ts'

const USAGE = 'Usage: npm run db:backup -- FILE'

try {
  const target = resolve(projectFolder, readTarget(process.argv.slice(2)))
  backUp(loadConfig().databaseUrl, target)
  const megabytes = (statSync(target).size / 1_000_000).toFixed(1)
  console.log(`The backup is ${target}, ${megabytes} MB`)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}

function readTarget(args: string[]): string {
  try {
    const { positionals } = parseArgs({ args, allowPositionals: true })
    if (positionals.length === 1) return positionals[0]!
  } catch {}
  throw new Error(USAGE)
}

function backUp(file: string, target: string): void {
  if (isPostgresUrl(file)) throw new Error('DATABASE_URL is a PostgreSQL: use pg_dump')
  if (file === ':memory:') {
    throw new Error('DATABASE_URL is :memory:, which nobody but the shop itself can look into')
  }
  if (!existsSync(file)) throw new Error(`There is no database at ${file} (DATABASE_URL)`)
  if (existsSync(target)) {
    throw new Error(`There is something at ${target} already: name a new file`)
  }
  // Until it is whole it has another name.
  const part = `${target}.${process.pid}.part`
  process.umask(0o077)
  try {
    writeCopy(file, part)
    renameSync(part, target)
  } catch (error) {
    rmSync(part, { force: true })
    throw new Error(`Cannot write ${target}: ${(error as Error).message}`, { cause: error })
  }
}

// Not by copying the file: what was committed last may stand in the log beside it.
function writeCopy(file: string, copy: string): void {
  const client = new SqliteDatabase(file, { fileMustExist: true })
  try {
    client.prepare('vacuum into ?').run(copy)
  } finally {
    client.close()
  }
  const written = openSync(copy, 'r+')
  fsyncSync(written)
  closeSync(written)
}
