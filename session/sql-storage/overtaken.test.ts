// What happens to an operation that another server gets into, at each point between its statements:
// it has to end as if one had come after the other.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createSessionId } from 'remix/session'
import { noChanges, successorRecord } from '../record.ts'
import type { SessionRecord } from '../record.ts'
import type { SessionStore } from '../custom-storage/storage.ts'
import { onPostgres } from '../fixtures/postgres-server.ts'
import { createMapStore } from '../testing/explorer/map-store.ts'
import { openDatabase } from './fixtures/databases.ts'
import { onEachSqlDatabase } from './fixtures/on-each-database.ts'
import { sessionTable } from './storage.ts'
import type { SqlDatabase } from './storage.ts'
import { SqlStore } from './store.ts'

type Answer = SessionRecord | null | void
type Operation = (store: SessionStore) => Answer | Promise<Answer>

const [FIRST, SECOND, THIRD] = [createSessionId(), createSessionId(), createSessionId()]
const NOW = Date.now()

const OPERATIONS: Record<string, Operation> = {
  'a save': (store) => store.update(FIRST, { ...noChanges(), set: [['a', '1']] }),
  'a save of another key': (store) => store.update(FIRST, { ...noChanges(), set: [['b', '1']] }),
  'an increment': (store) => store.update(FIRST, { ...noChanges(), add: [['count', 1]] }),
  'a new id': (store) => store.replace(FIRST, SECOND, noChanges(), successorRecord(SECOND, NOW)),
  'another new id': (store) =>
    store.replace(FIRST, THIRD, { ...noChanges(), add: [['count', 1]] }, successorRecord(THIRD, 0)),
  'an end': (store) => store.delete(FIRST),
}

const session: SessionRecord = {
  values: { count: 1, user: 'ann' },
  flashes: {},
  createdAt: NOW,
  renewedAt: NOW,
  expiresAt: NOW + 60_000,
  maxAge: 60,
}

onEachSqlDatabase((dialect, newUrl) => {
  let opened: Awaited<ReturnType<typeof openDatabase>>
  let database: SqlDatabase

  before(async () => {
    opened = await openDatabase(await newUrl())
    database = opened.database
    for (const statement of sessionTable(dialect)) await database.query(statement, [])
  })

  after(() => opened.close())

  describe('an operation that another one overtakes ends as if it came before or after', () => {
    for (const [name, operation] of Object.entries(OPERATIONS)) {
      for (const [rivalName, rival] of Object.entries(OPERATIONS)) {
        it(`${name}, overtaken by ${rivalName}`, async () => {
          const before = await outcomeOf(createMapStore(), [operation, rival])
          const after = await outcomeOf(createMapStore(), [rival, operation])
          for (let at = 1; ; at++) {
            const { store, asked } = await storeWithRival(at, rival)
            const outcome = await outcomeOf(store, [operation], new SqlStore(database, {}))
            if (asked() < at) break
            const isSame = [before, after].some(({ text }) => text === outcome.text)
            assert.ok(isSame, `at statement ${at}: ${outcome.text}`)
          }
        })
      }
    }
  })

  /** A store in which a rival comes first at one of the statements of an operation. */
  async function storeWithRival(at: number, rival: Operation) {
    await database.query('delete from sessions returning id', [])
    let asked = -1 // the first statement creates the session
    const watched: SqlDatabase = {
      dialect,
      async query(text, values) {
        if (++asked === at) await rival(new SqlStore(database, {}))
        return database.query(text, values)
      },
    }
    return { store: new SqlStore(watched, {}), asked: () => asked }
  }
})

/** What is left of the session in the end. */
async function outcomeOf(store: SessionStore, operations: Operation[], look = store) {
  await store.create(FIRST, session)
  for (const operation of operations) await operation(store)
  const left = []
  for (const id of [FIRST, SECOND, THIRD]) {
    const record = await look.read(id)
    if (record === null) left.push('none')
    else if (record.successor !== undefined) left.push('left')
    else left.push(Object.entries(record.values).sort())
  }
  return { text: JSON.stringify(left) }
}

onPostgres('PostgreSQL, while transactions overlap', (newUrl) => {
  it('the end of all sessions of a user finds one that is just getting a new id', async () => {
    const { Client } = await import('pg')
    const url = await newUrl()
    const [slow, other, observer] = [new Client(url), new Client(url), new Client(url)]
    await Promise.all([slow.connect(), other.connect(), observer.connect()])
    const storeOf = (client: InstanceType<typeof Client>) => {
      const query: SqlDatabase['query'] = async (text, values) =>
        (await client.query(text, values)).rows
      return new SqlStore({ dialect: 'postgres', query }, { loginKey: 'user' })
    }
    try {
      for (const statement of sessionTable('postgres')) await slow.query(statement)
      await storeOf(slow).create(FIRST, session)
      await slow.query('begin')
      await OPERATIONS['a new id']!(storeOf(slow))
      const ending = storeOf(other).deleteOf('ann')
      // By a third: within a transaction one is told the same each time.
      const isWaiting = `select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`
      while ((await observer.query(isWaiting)).rowCount === 0);
      await slow.query('commit')
      assert.equal(await ending, 1)
      assert.equal(await storeOf(slow).read(SECOND), null)
    } finally {
      await Promise.all([slow.end(), other.end(), observer.end()])
    }
  })

  it('one server purges at a time', async () => {
    const { Client, Pool } = await import('pg')
    const url = await newUrl()
    const [purging, pool] = [new Client(url), new Pool({ connectionString: url })]
    await purging.connect()
    pool.on('error', () => {})
    const query: SqlDatabase['query'] = async (text, values) =>
      (await pool.query(text, values)).rows
    const store = new SqlStore({ dialect: 'postgres', query }, {})
    const purgingQuery: SqlDatabase['query'] = async (text, values) =>
      (await purging.query(text, values)).rows
    const other = new SqlStore({ dialect: 'postgres', query: purgingQuery }, {})
    try {
      for (const statement of sessionTable('postgres')) await pool.query(statement)
      for (let i = 0; i < 4; i++) await store.create(createSessionId(), session)
      await purging.query('begin')
      assert.equal(await other.purge(NOW * 2, 2), 2)
      assert.equal(await store.purge(NOW * 2, 10), 0)
      await purging.query('commit')
      assert.equal(await store.purge(NOW * 2, 10), 2)
    } finally {
      await Promise.all([purging.end(), pool.end()])
    }
  })

  it('serializable transactions by default are no fault', async () => {
    const url = await newUrl()
    const { database, close } = await openDatabase(
      `${url}?options=-c%20default_transaction_isolation=serializable`,
    )
    try {
      for (const statement of sessionTable('postgres')) await database.query(statement, [])
      const store = new SqlStore(database, {})
      await store.create(FIRST, session)
      const add = OPERATIONS['an increment']!
      await Promise.all(Array.from({ length: 30 }, () => add(store)))
      assert.equal((await store.read(FIRST))?.values.count, 31)
    } finally {
      await close()
    }
  })
})
