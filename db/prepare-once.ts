import type { Database } from './database.ts'

/**
 * Makes a function that answers the statements `prepare` builds, built once for each database:
 * putting a query together costs many times what running it does.
 *
 * A statement belongs to what it was built with: that of the database runs outside the transactions.
 */
export function prepareOnce<Statements>(
  prepare: (db: Database) => Statements,
): (db: Database) => Statements {
  const prepared = new WeakMap<Database, Statements>()
  return (db) => {
    let statements = prepared.get(db)
    if (!statements) {
      statements = prepare(db)
      prepared.set(db, statements)
    }
    return statements
  }
}
