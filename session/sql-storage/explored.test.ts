import Database from 'better-sqlite3'
import { exploreSessionStorage } from 'remix/session/testing'
import { fewerPlays } from '../fixtures/exploring.ts'
import { sqliteDatabase } from './fixtures/databases.ts'
import { createSqlSessionStorage, sessionTable } from './storage.ts'

const sqlite = new Database(':memory:')
for (const statement of sessionTable('sqlite')) sqlite.exec(statement)
const database = sqliteDatabase(sqlite)

exploreSessionStorage(
  'SQL storage',
  (limits) => createSqlSessionStorage(database, { ...limits, purgeInterval: 0 }),
  { replay: process.env.REPLAY, ...fewerPlays },
)
