import { after } from 'node:test'

import { Client } from 'pg'
import type { NewDatabase } from 'remix/session/testing/postgres-server'

import { closeDatabase, openDatabase } from './connect.ts'
import { patient } from './testing-patience.ts'

// Whoever changes a table, a function or a trigger leaves other rows here, or fewer.
const catalogs = ['pg_class', 'pg_attribute', 'pg_constraint', 'pg_proc', 'pg_trigger']
const readSchema = catalogs
  .map((name) => `select count(*) as rows, max(xmin::text::bigint) as latest from ${name}`)
  .join(' union all ')

/**
 * Databases of PostgreSQL with the shop's tables and nothing in them, for one test after the other: to
 * empty one takes a hundredth of the time in which one is made.
 */
export function emptiedDatabases(newUrl: NewDatabase): () => Promise<string> {
  const all: EmptiedDatabase[] = []
  const free: EmptiedDatabase[] = []
  let template: string | undefined
  after(() => Promise.all(all.map((database) => database.close())))

  async function takeFree(): Promise<EmptiedDatabase | undefined> {
    for (let database = free.pop(); database; database = free.pop()) {
      if (await database.empty()) return database
    }
    return undefined
  }

  async function migrated(): Promise<string> {
    const url = await newUrl()
    await closeDatabase(await openDatabase(url, patient))
    return url
  }

  async function make(): Promise<EmptiedDatabase> {
    // Most tests need one at a time. A copy costs less than the migrations, of one that nobody uses.
    if (all.length > 0) template ??= await migrated()
    const url = template === undefined ? await migrated() : await newUrl(template)
    const database = await EmptiedDatabase.open(url)
    all.push(database)
    return database
  }

  return async () => {
    const database = (await takeFree()) ?? (await make())
    after(() => free.push(database))
    return database.url
  }
}

class EmptiedDatabase {
  readonly url: string
  readonly #client: Client
  #schema = ''

  private constructor(url: string) {
    this.url = url
    this.#client = new Client(url)
  }

  static async open(url: string): Promise<EmptiedDatabase> {
    const database = new EmptiedDatabase(url)
    await database.#client.connect()
    database.#schema = await database.#readSchema()
    return database
  }

  close(): Promise<void> {
    return this.#client.end()
  }

  /** Answers false, and leaves it as it is, if the test before has changed more than rows. */
  async empty(): Promise<boolean> {
    // What was killed may still have locks.
    const others = 'datname = current_database() and pid <> pg_backend_pid()'
    await this.#client.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where ${others}`,
    )
    if ((await this.#readSchema()) !== this.#schema) return false
    const { rows } = await this.#client.query<{ name: string }>(
      `select format('%I', tablename) as name from pg_tables
        where schemaname = 'public' and tablename <> '__drizzle_migrations'`,
    )
    // In whatever order, and without what the deletion of a row would cause.
    const deletions = rows.map(({ name }) => `delete from ${name}`)
    await this.#client.query(['set session_replication_role = replica', ...deletions].join(';'))
    await this.#client.query(`select setval(oid, 1, false) from pg_class where relkind = 'S'`)
    return true
  }

  async #readSchema(): Promise<string> {
    return JSON.stringify((await this.#client.query(readSchema)).rows)
  }
}
