import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { createSession, createSessionId, SessionTooLargeError } from 'remix/session'
import { createSqlSessionStorage, sessionTable } from 'remix/session/sql-storage'
import type { SqlDatabase, SqlSessionStorageOptions } from 'remix/session/sql-storage'
import {
  createFakeClock,
  describeSessionStorage,
  lookInto,
  playRequest,
} from 'remix/session/testing'
import { rounds } from '../fixtures/exploring.ts'
import { race } from '../fixtures/racer.ts'
import { openDatabase } from './fixtures/databases.ts'
import { onEachSqlDatabase } from './fixtures/on-each-database.ts'

const COLOR: string = 'color'
const USER: string = 'user'
const HOUR = 60 * 60
const DAY = 24 * HOUR
const PAIRS = rounds(200)

onEachSqlDatabase((dialect, newUrl) => {
  let url: string
  let opened: Awaited<ReturnType<typeof openDatabase>>
  let elsewhere: Awaited<ReturnType<typeof openDatabase>>
  let database: SqlDatabase
  let tables = 0

  before(async () => {
    url = await newUrl()
    opened = await openDatabase(url)
    elsewhere = await openDatabase(url)
    database = opened.database
  })

  after(async () => {
    await opened.close()
    await elsewhere.close()
  })

  /** A storage on an empty table, and what looks into that. */
  async function open(options: SqlSessionStorageOptions = {}) {
    const table = `sessions_${tables++}`
    for (const statement of sessionTable(database.dialect, table)) {
      await database.query(statement, [])
    }
    const all = { purgeInterval: 0, ...options, table }
    return {
      table,
      storage: createSqlSessionStorage(database, all),
      openAgain: () => createSqlSessionStorage(elsewhere.database, all),
      async rows(where = '') {
        const select = `select * from ${table} ${where} order by id`
        return (await database.query(select, [])) as Record<string, unknown>[]
      },
    }
  }

  describeSessionStorage(`SQL storage in ${dialect}`, async (limits) => {
    const { table, rows, openAgain } = await open(limits)
    let query = database.query
    const breakable: SqlDatabase = {
      dialect: database.dialect,
      query: (text, values) => query(text, values),
    }
    return {
      storage: createSqlSessionStorage(breakable, { ...limits, table, purgeInterval: 0 }),
      openAgain,
      countSessions: async () => (await rows('where version > 0')).length,
      breakStore() {
        query = () => Promise.reject(new Error('broken'))
        return () => void (query = database.query)
      },
    }
  })

  it('keeps a session under the hash of its id, and no id in its row', async () => {
    const { storage, rows } = await open({ loginKey: USER })
    const first = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    const second = await playRequest(storage, first, (session) => session.regenerateId(false))
    const third = await playRequest(storage, second, (session) => session.regenerateId())
    const text = JSON.stringify(await rows())
    for (const id of [first, second, third]) assert.ok(!text.includes(id))
    assert.equal((await rows()).length, 3)
    // The ids that `regenerateId(false)` left valid end with the session.
    await playRequest(storage, third, (session) => session.destroy())
    assert.equal((await rows('where version > 0')).length, 0)
  })

  it('takes keys and values of any characters, and a limit of Infinity', async () => {
    const { storage } = await open({ maxAge: Infinity, loginKey: USER })
    const strange = '\0\ud800 "\\\'?$1 \u{1f6d2}'
    const cookie = await playRequest(storage, '', (session) => session.set(strange, strange))
    await playRequest(storage, cookie, (session) => session.set('__proto__' as string, 1))
    const { [strange]: value, ...rest } = await lookInto(storage, cookie)
    assert.equal(value, strange)
    assert.deepEqual(Object.keys(rest), ['__proto__'])
  })

  it('refuses a session over the size limit and keeps the one before', async () => {
    const { storage } = await open({ maxBytes: 1000 })
    const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'é'.repeat(300)))
    const larger = playRequest(storage, cookie, (session) =>
      session.set('size' as string, 'é'.repeat(300)),
    )
    await assert.rejects(larger, (error: Error) => {
      assert.ok(error instanceof SessionTooLargeError)
      assert.match(error.message, /size \(602 bytes\)/)
      return true
    })
    assert.deepEqual(Object.keys(await lookInto(storage, cookie)), [COLOR])
  })

  it('never overwrites another session', async () => {
    const { storage, rows, table } = await open()
    const cookie = await storage.save(createSession({ [COLOR]: 'red' }))
    const [{ id }] = (await rows()) as [{ id: string }]
    const occupied: SqlDatabase = {
      dialect: database.dialect,
      query: (text, values) => database.query(text, [...values.slice(0, -1), id]),
    }
    const thief = createSqlSessionStorage(occupied, { table, purgeInterval: 0 })
    const saving = thief.save(createSession({ [COLOR]: 'blue' }))
    await assert.rejects(saving, { name: 'SessionStoreError', code: undefined })
    assert.deepEqual(await lookInto(storage, cookie), { [COLOR]: 'red' })
  })

  it('takes what it cannot understand for no session, and warns once', async (t) => {
    const { storage, table } = await open()
    const warn = t.mock.method(process, 'emitWarning', () => {})
    for (const change of [
      ...['{"values":', '{}', 'null', '[1]'].map((record) => `record = '${record}'`),
      ...['0', '-1', '9223372036854775807'].map((version) => `version = ${version}`),
    ]) {
      const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
      await database.query(`update ${table} set ${change}`, [])
      assert.deepEqual(await lookInto(storage, cookie), {})
    }
    assert.equal(warn.mock.callCount(), 1)
  })

  it('tells what is wrong in a word, and neither ids nor values', async () => {
    const storage = createSqlSessionStorage(database, { table: 'missing', purgeInterval: 0 })
    const code = /^(SQLITE_ERROR|42P01)$/
    await assert.rejects(storage.read(createSessionId()), {
      name: 'SessionStoreError',
      status: 503,
      code,
      message: /^Cannot read a session: (SQLITE_ERROR|42P01)$/,
    })
    for (const table of ['sessions; drop table users', 'Sessions', '"x"', '']) {
      assert.throws(() => createSqlSessionStorage(database, { table }), TypeError)
    }
    for (const options of [
      { table: ['a'] },
      { maxBytes: '5' },
      { purgeInterval: '5' },
      { Table: 'a' },
    ]) {
      assert.throws(() => createSqlSessionStorage(database, options as object), TypeError)
    }
  })

  it('knows two dialects and no other', () => {
    const other = { ...database, dialect: 'mysql' as 'sqlite' }
    const error = { name: 'TypeError', message: /'sqlite' or 'postgres', not 'mysql'/ }
    assert.throws(() => createSqlSessionStorage(other), error)
    assert.throws(() => sessionTable(other.dialect), error)
  })

  it('ends all sessions of a user, and nobody else’s', async () => {
    const { storage } = await open({ loginKey: USER })
    const begin = (user: unknown) =>
      playRequest(storage, '', (session) => session.set(USER, user as string))
    const ended = [await begin(42), await begin('42'), await begin(42)]
    ended[2] = await playRequest(storage, ended[2]!, (session) => session.regenerateId())
    const others = [await begin(4), await begin('ann'), await begin({ id: 42 })]
    const signedOut = await playRequest(storage, await begin(42), (session) => session.unset(USER))
    const slow = await storage.read(ended[0]!)
    slow.set(COLOR, 'late')
    assert.equal(await storage.endSessionsOf(42), 3)
    for (const cookie of ended) assert.deepEqual(await lookInto(storage, cookie), {})
    for (const cookie of others) assert.ok(USER in (await lookInto(storage, cookie)))
    assert.notEqual(signedOut, '')
    await assert.rejects(storage.save(slow), { name: 'SessionEndedError' })
    assert.equal(await storage.endSessionsOf('ann'), 1)
    assert.equal(await storage.endSessionsOf('nobody'), 0)
  })

  it('refuses to end the sessions of a user where no loginKey tells whose they are', async () => {
    const { storage } = await open()
    await playRequest(storage, '', (session) => session.set(USER, 42))
    await assert.rejects(storage.endSessionsOf(42), { name: 'TypeError', message: /loginKey/ })
  })

  it('purges what expired, a few at a time, and nothing else', async () => {
    const clock = createFakeClock()
    const { storage, rows, table } = await open({ maxAge: DAY, now: clock.now })
    const begin = () => playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    await Promise.all(Array.from({ length: 450 }, begin))
    const used = await begin()
    await playRequest(storage, await begin(), (session) => session.regenerateId())
    clock.advance(DAY / 2)
    await playRequest(storage, used, (session) => session.set(COLOR, 'blue'))
    assert.equal(await storage.purge(), 1, 'what a session left that got a new id')

    clock.advance(DAY / 2 + 2 * HOUR)
    const asked: unknown[] = []
    const watched: SqlDatabase = {
      dialect: database.dialect,
      query(text, values) {
        asked.push(values[1])
        return database.query(text, values)
      },
    }
    const purging = createSqlSessionStorage(watched, { table, now: clock.now, purgeInterval: 0 })
    assert.equal(await purging.purge(), 451)
    assert.ok(asked.length > 2, 'all in one statement')
    assert.ok(asked.every((most) => Number(most) <= 1000))
    assert.equal((await rows()).length, 1)
    assert.deepEqual(await lookInto(storage, used), { [COLOR]: 'blue' })
    assert.equal(await purging.purge(), 0)
  })

  it('takes an interval of purging that no timer can wait for, but none that is none', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    let purges = 0
    const counting: SqlDatabase = { dialect, query: () => (purges++, []) }
    for (const purgeInterval of [30 * DAY, Infinity]) {
      createSqlSessionStorage(counting, { purgeInterval })
    }
    for (const seconds of [10, HOUR]) {
      t.mock.timers.tick(seconds * 1000)
      await new Promise((resolve) => setImmediate(resolve))
    }
    assert.equal(purges, 1, 'of the first of them alone')
    for (const purgeInterval of [-1, NaN]) {
      assert.throws(() => createSqlSessionStorage(counting, { purgeInterval }), RangeError)
    }
  })

  it('most saves leave the indexes as they are', async () => {
    const clock = createFakeClock()
    const { storage, rows } = await open({ now: clock.now })
    const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    const [{ purge_at: first }] = (await rows()) as [Record<string, unknown>]
    const times = new Set([first])
    for (let i = 0; i < 60; i++) {
      clock.advance(60)
      await playRequest(storage, cookie, (session) => session.set(COLOR, `${i}`))
      for (const row of await rows()) times.add(row.purge_at)
    }
    assert.equal(times.size, 2)
  })

  async function playRace(t: TestContext, roles: string[]) {
    await database.query('drop table if exists sessions', [])
    for (const statement of sessionTable(database.dialect)) await database.query(statement, [])
    const storage = createSqlSessionStorage(database, { purgeInterval: 0 })
    const racer: [string, string] = ['sql-storage/fixtures/racer.ts', url]
    return {
      storage,
      rows: async (where = '') =>
        (await database.query(`select * from sessions ${where}`, [])) as Record<string, unknown>[],
      ...(await race(t, storage, racer, roles, PAIRS)),
    }
  }

  describe('two processes', () => {
    it('pairs of destroy against save leave none alive', async (t) => {
      const { ids, storage, rows, tooLate } = await playRace(t, ['destroy', 'save'])
      assert.deepEqual(await rows(), [])
      for (const id of ids.slice(0, 10)) assert.deepEqual(await lookInto(storage, id), {})
      t.diagnostic(`${tooLate[1]} of ${PAIRS} saves came too late`)
    })

    it('pairs of sets of different keys lose none', async (t) => {
      const { ids, storage, tooLate } = await playRace(t, ['left', 'right'])
      let lost = 0
      for (const id of ids) {
        const { left, right, [COLOR]: color } = await lookInto(storage, id)
        if (left !== 1 || right !== 1 || color !== 'red') lost++
      }
      assert.equal(lost, 0)
      assert.deepEqual(tooLate, [0, 0])
    })

    it('pairs of replace against save leave one session, with what was saved', async (t) => {
      const { ids, rows, storage, tooLate } = await playRace(t, ['replace', 'save'])
      for (const id of ids) assert.equal((await storage.read(id)).has(COLOR), false)
      assert.equal(tooLate[0], 0)
      const sessions = await rows('where version > 0')
      assert.equal(sessions.length, PAIRS)
      assert.ok(sessions.every(({ record }) => String(record).includes('"late"')))
    })
  })
})
