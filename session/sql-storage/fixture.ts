import Database from 'better-sqlite3'
import type { StorageFixture } from '../fixtures/storages.ts'
import { sqliteDatabase } from './fixtures/databases.ts'
import { createSqlSessionStorage, sessionTable } from './storage.ts'

let sqlite: Database.Database | undefined

export const fixture: StorageFixture = {
  keptIn: 'store',
  open(_cookie, limits, place) {
    sqlite ??= new Database(':memory:')
    const table = place.replaceAll(/\W/g, '_').toLowerCase()
    for (const statement of sessionTable('sqlite', table)) sqlite.exec(statement)
    return createSqlSessionStorage(sqliteDatabase(sqlite), { ...limits, table, purgeInterval: 0 })
  },
  close() {
    sqlite?.close()
    sqlite = undefined
  },
}
