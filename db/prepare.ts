import type { Database } from './connect.ts'

/**
 * Makes a function that answers the statements `prepare` builds, built once for each database:
 * putting a query together and preparing it costs many times what running it does.
 *
 * There is one connection, so a statement that runs inside a transaction belongs to it.
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
