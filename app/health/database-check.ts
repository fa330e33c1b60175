import type { Database } from '../../db/database.ts'

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
  let triedAt = -Infinity
  let fault: unknown

  return async () => {
    await db.engine.untilWritable()
    const age = now() - triedAt
    if (age < 0 || age >= TRY_EVERY_MS) {
      triedAt = now()
      fault = await faultOf(db, readPages)
    }
    if (fault !== undefined) throw fault
  }
}

async function faultOf(db: Database, readPages: ReadPages): Promise<unknown> {
  try {
    await db.engine.writeForTest()
    await readPages(db)
    return undefined
  } catch (error) {
    db.engine.forgetPages()
    return error
  }
}
