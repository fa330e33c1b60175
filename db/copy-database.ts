import { hash } from 'node:crypto'

import { count, getTableColumns, getTableName, type SQL, sql } from '#drizzle-orm'
import type { PgDatabase } from '#drizzle-orm/pg-core'
import { getTableConfig, type SQLiteColumn, type SQLiteTable } from '#drizzle-orm/sqlite-core'

import type { Database } from './database.ts'
import { withoutNul } from './postgres.ts'
import { sayInOneLine } from './postgres-trouble.ts'
import * as schema from './tables.ts'

/** How far a table is. */
export interface CopyProgress {
  table: string
  copied: number
  /** How many rows it has. */
  total: number
  /** Of its rows in both databases, once all are copied and were read again. */
  checksum?: string
}

type Row = Record<string, unknown>

// A statement of PostgreSQL takes 65,535 values, and a table has two dozen columns at most.
const ROWS_AT_ONCE = 500

/**
 * Copies all rows of an SQLite database into an empty PostgreSQL, in one transaction of each: what is
 * there then is all of it, or nothing. Nobody else writes to the one or looks into the other meanwhile.
 */
export async function copyDatabase(
  from: Database,
  to: Database,
  tell: (progress: CopyProgress) => void,
): Promise<void> {
  const tables = inOrder(Object.values(schema))
  let place = ''
  try {
    await from.transaction((source) =>
      to.transaction(async (target) => {
        // Nobody else waits for this one, and a slow disk may take its time to read from.
        await execute(target, sql`set local idle_in_transaction_session_timeout = 0`)
        await lockTables(target, tables)
        for (const table of tables) await assertEmpty(target, table)
        for (const table of tables) {
          place = ` (${getTableName(table)})`
          await copyTable(source, target, table, tell)
        }
        place = ''
        await continueCounting(source, target, tables)
      }),
    )
  } catch (error) {
    throw new Error(`Nothing was copied: ${sayInOneLine(error)}${place}`, { cause: error })
  }
}

/** Each table after those that its rows refer to. */
function inOrder(tables: SQLiteTable[]): SQLiteTable[] {
  const ordered = new Set<SQLiteTable>()
  function add(table: SQLiteTable): void {
    if (ordered.has(table)) return
    for (const key of getTableConfig(table).foreignKeys) add(key.reference().foreignTable)
    ordered.add(table)
  }
  for (const table of tables) add(table)
  return [...ordered]
}

/** A server that starts there meanwhile would find it empty, and fill it with the books of the seed. */
async function lockTables(target: Database, tables: SQLiteTable[]): Promise<void> {
  await execute(target, sql`lock table ${sql.join(tables, sql`, `)} in access exclusive mode`)
}

async function assertEmpty(target: Database, table: SQLiteTable): Promise<void> {
  const rows = await target
    .select({ one: sql`1` })
    .from(table)
    .limit(1)
  if (rows.length > 0) {
    throw new Error(`the database to copy into is not empty, it has rows in ${getTableName(table)}`)
  }
}

async function copyTable(
  source: Database,
  target: Database,
  table: SQLiteTable,
  tell: (progress: CopyProgress) => void,
): Promise<void> {
  const name = getTableName(table)
  const [{ total } = { total: 0 }] = await source.select({ total: count() }).from(table)
  const copied = new Checksum()
  // In the order in which they were written, which PostgreSQL keeps where it matters.
  for await (const rows of readPages(source, table, { rowid: sql`rowid` })) {
    const kept = rows.map(storable)
    await target.insert(table).values(kept)
    copied.add(kept)
    tell({ table: name, copied: copied.rows, total })
  }

  const found = new Checksum()
  for await (const rows of readPages(target, table, primaryKeyOf(table))) found.add(rows)
  if (copied.rows !== total || found.rows !== total || String(copied) !== String(found)) {
    throw new Error(`what was read is not what was written: ${found.rows} rows of ${total}`)
  }
  tell({ table: name, copied: total, total, checksum: String(found) })
}

/** The rows of a table, some at a time, in the order of what tells them apart. */
async function* readPages(
  db: Database,
  table: SQLiteTable,
  key: Record<string, SQL | SQLiteColumn>,
): AsyncGenerator<Row[]> {
  const order = sql.join(Object.values(key), sql`, `)
  for (let after: SQL | undefined; ;) {
    const page = await db
      .select({ row: getTableColumns(table), key })
      .from(table)
      .where(after)
      .orderBy(order)
      .limit(ROWS_AT_ONCE)
    const last = page.at(-1)
    if (!last) return
    yield page.map(({ row }) => row)
    const values = Object.values(last.key).map((value) => sql`${value}`)
    after = sql`(${order}) > (${sql.join(values, sql`, `)})`
  }
}

function primaryKeyOf(table: SQLiteTable): Record<string, SQLiteColumn> {
  const { columns, primaryKeys } = getTableConfig(table)
  const key = primaryKeys[0]?.columns ?? columns.filter(({ primary }) => primary)
  return Object.fromEntries(key.map((column) => [column.name, column]))
}

/** As PostgreSQL will have it. */
function storable(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, withoutNul(value)]))
}

/** The sum of the hashes of rows, in whatever order they come. */
class Checksum {
  rows = 0
  #sum = 0n

  add(rows: Row[]): void {
    this.rows += rows.length
    for (const row of rows) {
      const digest = hash('sha256', JSON.stringify(Object.values(row)), 'buffer')
      this.#sum = BigInt.asUintN(64, this.#sum + digest.readBigUInt64BE())
    }
  }

  toString(): string {
    return this.#sum.toString(16).padStart(16, '0')
  }
}

/** Ids are given on from where they were, also those of rows that are gone are not given again. */
async function continueCounting(
  source: Database,
  target: Database,
  tables: SQLiteTable[],
): Promise<void> {
  const names = new Set(tables.map(getTableName))
  const counters = await source
    .select({ name: sql<string>`name`, last: sql<number>`seq` })
    .from(sql`sqlite_sequence`)
  for (const { name, last } of counters) {
    if (!names.has(name) || last === 0) continue
    await execute(target, sql`select setval(pg_get_serial_sequence(${name}, 'id'), ${last})`)
  }
}

async function execute(target: Database, statement: SQL): Promise<void> {
  await (target as unknown as PgDatabase<never>).execute(statement)
}
