import { existsSync } from 'node:fs'
import { openDatabase } from '../../db/connect.ts'
import type { Database } from '../../db/database.ts'
import { isPostgresUrl, placeOf } from '../../db/database-url.ts'
import { lookForMigrations } from '../../db/last-migration.ts'
import type { Config } from '../config.ts'

/**
 * Opens the database of a shop for a command, which makes none and changes no tables: a new one would
 * answer in place of a mistyped one, and the shop that runs may be of another version.
 */
export async function openExisting({
  databaseUrl: url,
}: Pick<Config, 'databaseUrl'>): Promise<Database> {
  if (url === ':memory:') {
    throw new Error('DATABASE_URL is :memory:, which nobody but the shop itself can look into')
  }
  const place = placeOf(url)
  const isMissing = !isPostgresUrl(url) && !existsSync(url)
  const found = isMissing ? 'none' : await lookForMigrations(url)
  if (found === 'none') {
    throw new Error(
      `There is no ${isMissing ? 'database' : 'shop'} at ${place} (DATABASE_URL): the shop makes it at its start`,
    )
  }
  if (found === 'some') {
    throw new Error(
      `The database ${place} is that of an older version: start the shop, which brings it up to date, or use the command of that version`,
    )
  }
  return openDatabase(url, { poolSize: 1 })
}
