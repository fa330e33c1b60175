// Puts the database of a shop that does not run aside, for the next start to make and fill a new one:
//
//   npm run db:reset

import { existsSync, renameSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { isPostgresUrl } from '../../db/database-url.ts'
import { isInUse } from '../../db/sqlite-in-use.ts'
import { loadConfig } from '../config.ts'
import type { Config } from '../config.ts'

try {
  parseArgs() // It takes none: whoever asks for a dry run, or names a file, wants something else.
  console.log(reset(loadConfig()))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}

function reset({ production, databaseUrl: file }: Config): string {
  if (production) {
    throw new Error('This is production (NODE_ENV): its database is not for starting anew')
  }
  if (isPostgresUrl(file)) {
    throw new Error('DATABASE_URL is a PostgreSQL: drop and create the database there')
  }
  if (!existsSync(file)) return `There is no database at ${file}: the next start makes one`
  // It may be that of production, where this shell lacks NODE_ENV.
  if (isInUse(file)) {
    throw new Error(`The database ${file} is in use: stop the shop, or whatever has it open, first`)
  }
  const aside = `${file}.${new Date().toISOString().replaceAll(/[:.]/g, '-')}`
  // The latest commits may stand in a companion, which goes by the file's name.
  for (const companion of ['-wal', '-shm', '']) {
    if (existsSync(file + companion)) renameSync(file + companion, aside + companion)
  }
  return `The database is ${aside} now. The next start makes a new one, filled with the seed`
}
