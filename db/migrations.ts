import { fileURLToPath } from 'node:url'

import { readMigrationFiles } from '#drizzle-orm/migrator'

/** A change of the tables, as `npm run db:generate` made it. */
export interface Migration {
  statements: string[]
  hash: string
  /** When it was made. A migration is applied if the last one applied was made before it. */
  madeAt: number
}

/** @param folder Of this folder, such as `migrations` */
export function readMigrations(folder: string): Migration[] {
  const migrationsFolder = fileURLToPath(new URL(folder, import.meta.url))
  return readMigrationFiles({ migrationsFolder }).map(({ sql, hash, folderMillis }) => {
    return { statements: sql, hash, madeAt: folderMillis }
  })
}

/** What an operator has to know of a change that the database refused. */
export function migrationError(statement: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error)
  return new Error(`${reason}, at the migration's statement: ${statement.trim()}`, { cause: error })
}
