import type { Awaitable } from '../custom-storage/store.ts'

export type SqlValue = string | number | null

/**
 * What is needed of a database. With `pg`, `better-sqlite3` or `node:sqlite` it takes a line:
 *
 * ```ts
 * const database: SqlDatabase = {
 *   dialect: 'postgres',
 *   query: async (text, values) => (await pool.query(text, values)).rows,
 * }
 * const database: SqlDatabase = {
 *   dialect: 'sqlite',
 *   query: (text, values) => sqlite.prepare(text).all(...values),
 * }
 * ```
 */
export interface SqlDatabase {
  readonly dialect: 'sqlite' | 'postgres'
  /**
   * Runs a statement by itself, outside of any transaction, and answers its rows as objects. The
   * places for values are `?` in SQLite, `$1`, `$2` and so on in PostgreSQL. There are few texts, so a
   * statement may stay prepared.
   */
  query(text: string, values: SqlValue[]): Awaitable<readonly unknown[]>
}

const TABLE = /^[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)?$/

/**
 * The statements that create the table where there is none, and its indexes.
 *
 * @param table As the option `table` of the storage
 */
export function sessionTable(dialect: SqlDatabase['dialect'], table = 'sessions'): string[] {
  checkDialect(dialect)
  checkTable(table)
  const indexPrefix = table.replace(/^.*\./, '')
  const [text, bigint] = dialect === 'sqlite' ? ['text', 'integer'] : ['text collate "C"', 'bigint']
  return [
    `create table if not exists ${table} (
       id ${text} primary key,
       record ${text} not null,
       version ${bigint} not null,
       login ${text},
       purge_at ${bigint} not null
     )`,
    `create index if not exists ${indexPrefix}_purge_at on ${table} (purge_at)`,
    `create index if not exists ${indexPrefix}_login on ${table} (login) where login is not null`,
  ]
}

function checkDialect(dialect: unknown): void {
  if (dialect === 'sqlite' || dialect === 'postgres') return
  throw new TypeError(`The dialect is 'sqlite' or 'postgres', not '${String(dialect)}'`)
}

function checkTable(table: string): void {
  if (TABLE.test(table)) return
  throw new TypeError(`The table is a name such as sessions or shop.sessions, not ${table}`)
}

/** The texts of a store's statements. */
export function statementsFor(dialect: SqlDatabase['dialect'], name: string) {
  checkDialect(dialect)
  checkTable(name)
  const isPostgres = dialect === 'postgres'
  const turn = `and (select pg_try_advisory_xact_lock(hashtextextended('purge ${name}', 0)))`
  const texts = {
    read: `select record, version, login from ${name} where id = ?`,
    insert: `insert into ${name} (record, login, purge_at, id, version) values (?, ?, ?, ?, 1)
      on conflict (id) do nothing returning id`,
    update: `update ${name} set record = ?, login = ?, purge_at = ?, version = version + 1
      where id = ? and version = ? returning id`,
    label: `update ${name} set login = ? where id = ? and version = ? returning id`,
    move: `with given as (
        select cast(? as text) as record, cast(? as text) as login, cast(? as bigint) as purge_at,
          cast(? as text) as id, cast(? as text) as old_id, cast(? as bigint) as version,
          cast(? as text) as left_record, cast(? as bigint) as left_purge_at
      )${isPostgres ? moveInPostgres(name) : moveInSqlite(name)} returning id`,
    delete: `delete from ${name} where id = ? and version > 0 returning id`,
    deleteOf: `delete from ${name} where login = ? returning id`,
    purge: `delete from ${name} where id in (
        select id from ${name} where purge_at <= ? ${isPostgres ? turn : ''}
        order by purge_at limit ? ${isPostgres ? 'for update skip locked' : ''}
      ) returning id`,
  }
  return isPostgres ? withNumbers(texts) : texts
}

// The same row under another id: who deletes all rows of a login, and has to wait for this one, finds
// it then. Of a new row beside it nothing would be known to a statement that began before.
function moveInPostgres(name: string): string {
  return `, moved as (
        update ${name} set record = given.record, login = given.login, purge_at = given.purge_at,
          version = given.version + 1, id = given.id
        from given where ${name}.id = old_id and ${name}.version = given.version returning 1
      )
      insert into ${name} (id, record, purge_at, version)
      select old_id, left_record, left_purge_at, 0 from given, moved`
}

// There each statement has the database to itself.
function moveInSqlite(name: string): string {
  const join = `from given join ${name} on ${name}.id = old_id and ${name}.version = given.version`
  return `
      insert or replace into ${name} (id, record, login, purge_at, version)
      select given.id, given.record, given.login, given.purge_at, given.version + 1 ${join}
      union all select old_id, left_record, null, left_purge_at, 0 ${join}`
}

function withNumbers<Texts extends Record<string, string>>(texts: Texts): Texts {
  const numbered = Object.entries(texts).map(([key, text]) => {
    let count = 0
    return [key, text.replaceAll('?', () => `$${++count}`)]
  })
  return Object.fromEntries(numbered) as Texts
}
