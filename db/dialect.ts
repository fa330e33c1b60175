// What SQLite and PostgreSQL do not say in the same words. All else in this folder is the same.

import { type AnyColumn, asc, inArray, type SQL, sql } from '#drizzle-orm'
import type { PgDatabase } from '#drizzle-orm/pg-core'
import type { SQLiteTable } from '#drizzle-orm/sqlite-core'

import type { Database } from './database.ts'

/** A condition that an index of the rows which are marked can serve. */
export function isTrue({ engine }: Database, column: AnyColumn): SQL {
  return engine.dialect === 'sqlite' ? sql`${column} = 1` : sql`${column}`
}

/** A query for the numbers of a placeholder that stands for a list of them as JSON. */
export function numbersOf({ engine }: Database, name: string): SQL {
  const list = sql.placeholder(name)
  return engine.dialect === 'sqlite'
    ? sql`select value from json_each(${list})`
    : sql`select value::bigint from json_array_elements_text(${list}::json)`
}

/** The same for texts. */
export function textsOf({ engine }: Database, name: string): SQL {
  const list = sql.placeholder(name)
  return engine.dialect === 'sqlite'
    ? sql`select value from json_each(${list})`
    : sql`select value from json_array_elements_text(${list}::json)`
}

/**
 * A placeholder whose value has no say in how the query is planned. Before each run SQLite plans a
 * statement anew if it compares an indexed column with a plain placeholder, as the best plan might
 * depend on the value. In a join of two rows by their keys that takes ten times as long as the run.
 */
export function unplanned({ engine }: Database, name: string): SQL {
  const value = sql.placeholder(name)
  return engine.dialect === 'sqlite' ? sql`(select ${value})` : sql`${value}`
}

/**
 * Keeps other transactions from changing these rows until this one ends. In SQLite no other one is
 * under way. So that no two wait for each other, all lock in one order: names, users, logins, carts, books,
 * and of one table by their ids.
 */
export async function lockRows(
  tx: Database,
  table: SQLiteTable & { id: AnyColumn },
  ids: Iterable<number | string>,
): Promise<void> {
  if (tx.engine.dialect === 'sqlite') return
  const rows = (tx as unknown as PgDatabase<never>)
    .select({ id: sql`${table.id}` })
    .from(table as never)
    .where(inArray(table.id, [...ids]))
    .orderBy(asc(table.id))
  await rows.for('no key update')
}

/**
 * Keeps out other transactions that ask for the same name, until this one ends. In SQLite no other
 * one is under way. Asked for before any row, and several at once.
 */
export async function lockNames(tx: Database, ...names: string[]): Promise<void> {
  if (tx.engine.dialect === 'sqlite') return
  const list = JSON.stringify(names)
  await (tx as unknown as PgDatabase<never>).execute(
    sql`select pg_advisory_xact_lock(key) from (
          select distinct hashtextextended(value, 0) as key
          from json_array_elements_text(${list}::json) order by 1) keys`,
  )
}
