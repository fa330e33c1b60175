import type { Database } from '../../db/database.ts'
import { onceWithin } from './once-a-second.ts'

// However often somebody asks, this is how often a page is written for it.
const TRY_EVERY_MS = 250

/** Reads what the main pages show. */
export type ReadPages = (db: Database) => Promise<void>

/**
 * Makes a check that throws when the database cannot take a write, or cannot give what the main pages
 * show. It really tries: a full disk and a damaged page are met by nothing less.
 */
export function createDatabaseCheck(
  db: Database,
  now: () => number,
  readPages: ReadPages = async () => {},
): () => Promise<void> {
  const check = onceWithin(
    TRY_EVERY_MS,
    async () => {
      try {
        await db.engine.writeForTest()
        await readPages(db)
      } catch (error) {
        db.engine.forgetPages()
        throw error
      }
    },
    now,
  )
  return async () => {
    await db.engine.untilWritable()
    await check()
  }
}
