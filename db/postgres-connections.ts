import type { ClientBase } from 'pg'
import { Client, Pool, types } from 'pg'

import { unavailable } from './postgres-trouble.ts'

export interface PostgresLimits {
  /** How long to wait for a connection, a new one or one that others have. */
  connectWithinMs?: number
  /** How long a query may take. */
  answerWithinMs?: number
  /** How long a transaction may ask nothing. One that does so for longer has lost its machine. */
  idleInTransactionMs?: number
  /** How long a start waits for what somebody else has locked, such as another start. */
  migrationLockMs?: number
}

const KEEP_IDLE_FOR_MS = 60_000
const MIGRATION_IDLE_MS = 60_000

export function createPool(
  url: string,
  max: number,
  { connectWithinMs, answerWithinMs = 10_000, idleInTransactionMs = 10_000 }: PostgresLimits,
): Pool {
  const pool = new Pool({
    ...connectionOptions(url, connectWithinMs),
    Client: PooledClient,
    max,
    idleTimeoutMillis: KEEP_IDLE_FOR_MS,
    query_timeout: answerWithinMs,
    // It is waited for, and what fails in it has failed to connect.
    onConnect: (client) =>
      // The server ends a query a little earlier than we do: what we gave up alone would go on there, and
      // keep its connection while the pool makes another one.
      limit(client, {
        statement_timeout: answerWithinMs * 0.9,
        lock_timeout: answerWithinMs * 0.8,
        idle_in_transaction_session_timeout: idleInTransactionMs,
      }).catch((error) => {
        throw unavailable(error)
      }),
  })
  // A connection that is lost while nobody uses it. The next query gets a new one.
  pool.on('error', () => {})
  // The same while it is in use: the query under way fails.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/**
 * Fails to connect by an error that is answered with 503, whatever it is: a wrong password or a database
 * that lets nobody in is as much out of reach as one that is away.
 */
class PooledClient extends Client {
  override connect(): Promise<Client>
  override connect(done: (error: Error) => void): void
  override connect(done?: (error: Error) => void): Promise<Client> | void {
    if (!done) return super.connect()
    super.connect((error: Error | null) => done((error && unavailable(error)) as Error))
  }
}

/** A connection of its own to migrate over, where a statement may take as long as it has to. */
export async function connectToMigrate(
  url: string,
  { connectWithinMs, migrationLockMs = 60_000 }: PostgresLimits,
): Promise<Client> {
  const client = new Client(connectionOptions(url, connectWithinMs))
  client.on('error', () => {})
  await client.connect()
  await limit(client, {
    lock_timeout: migrationLockMs,
    idle_in_transaction_session_timeout: MIGRATION_IDLE_MS,
  })
  return client
}

function connectionOptions(url: string, connectWithinMs = 3000) {
  return {
    connectionString: url,
    application_name: 'bookstore',
    connectionTimeoutMillis: connectWithinMs,
    keepAlive: true,
    types: { getTypeParser },
  }
}

// Times and counts are numbers, and JSON is parsed by its column, as of SQLite.
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === types.builtins.INT8) return Number
  if (oid === types.builtins.JSON) return String
  return types.getTypeParser(oid, format)
}

/** Sets limits in milliseconds. By a statement, as poolers refuse a connection that brings them along. */
async function limit(client: ClientBase, limits: Record<string, number>): Promise<void> {
  const settings = Object.entries(limits).map(([name, ms]) => `set ${name} = ${Math.ceil(ms)}`)
  await client.query(settings.join('; '))
}
