import { drizzle } from '#drizzle-orm/pg-proxy'
import type { Client, Pool, PoolClient } from 'pg'

import type { Database, Engine } from './database.ts'
import { placeOf } from './database-url.ts'
import { type Execute, withOwnAnswers } from './drizzle-session.ts'
import { migrationError, readMigrations } from './migrations.ts'
import { connectToMigrate, createPool, type PostgresLimits } from './postgres-connections.ts'
import {
  availabilityAtLast,
  availabilityOf,
  isConflict,
  isLockTimeout,
  sayInOneLine,
} from './postgres-trouble.ts'
import { DatabaseUnavailableError } from './trouble.ts'

export interface PostgresOptions extends PostgresLimits {
  /** How many connections are kept at most. */
  poolSize?: number
  /** What gave the address. */
  variable?: string
}

export interface PostgresEngine extends Engine {
  readonly pool: Pool
}

/** How often a transaction is run when others come in its way. */
const MOST_ATTEMPTS = 5

// Of the statements that each connection keeps prepared, as for SQLite.
const MOST_STATEMENTS = 500

/** Servers that start at once bring the tables up to date one after the other. */
const MIGRATION_LOCK = 4_410_001

/**
 * Connects to the PostgreSQL at `url` and brings its tables up to date. Throws an error of one line,
 * without the password, when any of this fails.
 */
export async function openPostgres(
  url: string,
  { poolSize = 10, variable = 'DATABASE_URL', ...limits }: PostgresOptions = {},
): Promise<Database> {
  try {
    await migrateToLatest(url, limits)
    return connect(createPool(url, poolSize, limits))
  } catch (error) {
    const reason = sayInOneLine(error)
    throw new Error(`Cannot use the database ${placeOf(url)} (${variable}): ${reason}`, {
      cause: error,
    })
  }
}

function connect(pool: Pool): Database {
  const parts = new WeakMap<PoolClient, Database>()
  const underWay = new WeakSet<PoolClient>()
  const nameOf = createNames()

  function createQueries(client: Pool | PoolClient) {
    const execute: Execute = async (text, values, method) => {
      if (client !== pool && !underWay.has(client as PoolClient)) {
        throw new Error('The transaction of this query has ended')
      }
      try {
        const result = await client.query({
          text,
          name: nameOf(text),
          values: values.map(withoutNul),
          ...(method === 'all' && { rowMode: 'array' }),
        })
        return { rows: result.rows }
      } catch (error) {
        // A transaction has to see what it may run again for.
        throw client === pool ? availabilityAtLast(error) : availabilityOf(error)
      }
    }
    // The tables of schema.ts say how values are stored and read, and this writes the SQL. Their
    // classes are SQLite's, but nothing that is common to both asks for them.
    return withOwnAnswers(drizzle(execute, { casing: 'snake_case' })) as unknown as Database
  }

  function partOf(client: PoolClient): Database {
    let part = parts.get(client)
    if (!part) {
      part = Object.assign(createQueries(client), {
        engine,
        transaction: <Result>(work: (tx: Database) => Promise<Result>) => work(part!),
      })
      parts.set(client, part)
    }
    return part
  }

  async function attempt<Result>(work: (tx: Database) => Promise<Result>): Promise<Result> {
    const client = await pool.connect().catch((error) => {
      throw availabilityOf(error)
    })
    let isLost = false
    try {
      await client.query('begin')
      underWay.add(client)
      const result = await work(partOf(client))
      await client.query('commit')
      return result
    } catch (fault) {
      const error = availabilityOf(fault)
      // A connection that gave no answer would let us wait once more.
      isLost = error instanceof DatabaseUnavailableError
      if (!isLost) await client.query('rollback').catch(() => (isLost = true))
      throw error
    } finally {
      underWay.delete(client)
      client.release(isLost)
    }
  }

  async function transaction<Result>(work: (tx: Database) => Promise<Result>): Promise<Result> {
    for (let attemptsLeft = MOST_ATTEMPTS - 1; ; attemptsLeft--) {
      try {
        return await attempt(work)
      } catch (error) {
        if (!isConflict(error)) throw error
        if (attemptsLeft === 0) throw availabilityAtLast(error)
      }
    }
  }

  const engine: PostgresEngine = {
    dialect: 'postgres',
    pool,
    async query(text, values) {
      try {
        return (await pool.query({ text, name: nameOf(text), values })).rows
      } catch (error) {
        throw availabilityAtLast(error)
      }
    },
    // It would be a question to the server.
    version: () => undefined,
    limitWaiting() {},
    async untilWritable() {},
    async writeWithoutWaiting(write) {
      await write()
    },
    async writeForTest() {
      try {
        await pool.query(`select pg_logical_emit_message(true, 'bookstore', '')`)
      } catch (error) {
        throw availabilityOf(error)
      }
    },
    forgetPages() {},
    close: () => pool.end(),
  }
  return Object.assign(createQueries(pool), { engine, transaction })
}

/** A statement with a name is parsed and planned once by each connection. */
function createNames(): (text: string) => string | undefined {
  const names = new Map<string, string>()
  return (text) => {
    let name = names.get(text)
    if (name === undefined && names.size < MOST_STATEMENTS) {
      name = `s${names.size}`
      names.set(text, name)
    }
    return name
  }
}

/** A value as it is stored: PostgreSQL has no place for NUL in a text. */
export function withoutNul(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0')
    ? value.replaceAll('\0', '\ufffd')
    : value
}

async function migrateToLatest(url: string, limits: PostgresLimits): Promise<void> {
  const client = await connectToMigrate(url, limits)
  try {
    // Of the transaction, as a pooler may give each one another connection. It has to see what was
    // committed while it waited.
    await client.query('begin isolation level read committed')
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]).catch((error) => {
      throw isLockTimeout(error)
        ? new Error('another server has been bringing its tables up to date for too long')
        : error
    })
    await applyMigrations(client)
    await client.query('commit')
  } finally {
    // Lets go of what was not committed, and of the lock.
    await client.end()
  }
}

async function applyMigrations(client: Client): Promise<void> {
  const {
    rows: [found],
  } = await client.query(`select to_regclass('__drizzle_migrations') as name`)
  if (found.name === null) {
    await client.query(
      `create table __drizzle_migrations
       (id bigint generated by default as identity primary key, hash text not null, created_at bigint)`,
    )
  }
  const {
    rows: [last],
  } = await client.query('select max(created_at) as "madeAt" from __drizzle_migrations')
  for (const { statements, hash, madeAt } of readMigrations('migrations-postgres')) {
    if (madeAt <= Number(last.madeAt ?? 0)) continue
    for (const statement of statements) {
      await client.query(statement).catch((error) => {
        throw migrationError(statement, error)
      })
    }
    await client.query('insert into __drizzle_migrations (hash, created_at) values ($1, $2)', [
      hash,
      madeAt,
    ])
  }
}
