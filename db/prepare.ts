import { sql } from '#drizzle-orm'

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

/**
 * A placeholder whose value has no say in how the query is planned. Before each run SQLite plans a
 * statement anew if it compares an indexed column with a plain placeholder, as the best plan might
 * depend on the value. In a join of two rows by their keys that takes ten times as long as the run.
 */
export function unplanned(name: string) {
  return sql`(select ${sql.placeholder(name)})`
}
