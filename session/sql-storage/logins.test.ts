import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createSqlSessionStorage, sessionTable } from 'remix/session/sql-storage'
import type { SqlDatabase, SqlSessionStorageOptions } from 'remix/session/sql-storage'
import { lookInto, playRequest } from 'remix/session/testing'
import { openDatabase } from './fixtures/databases.ts'
import { onEachSqlDatabase } from './fixtures/on-each-database.ts'

const COLOR: string = 'color'
const USER: string = 'userId'
const OTHER: string = 'accountId'

onEachSqlDatabase((dialect, newUrl) => {
  let opened: Awaited<ReturnType<typeof openDatabase>>
  let tables = 0

  before(async () => {
    opened = await openDatabase(await newUrl())
  })

  after(() => opened.close())

  /** Storages with several options on one empty table, and what looks into that. */
  async function open() {
    const table = `sessions_${tables++}`
    for (const statement of sessionTable(dialect, table)) await opened.database.query(statement, [])
    const statements: string[] = []
    const trouble = { isReadOnly: false }
    const database: SqlDatabase = {
      dialect,
      query(text, values) {
        statements.push(text)
        if (trouble.isReadOnly && !text.startsWith('select')) throw new Error('read only')
        return opened.database.query(text, values)
      },
    }
    return {
      table,
      trouble,
      storageWith: (options: SqlSessionStorageOptions) =>
        createSqlSessionStorage(database, { purgeInterval: 0, ...options, table }),
      takeStatements: () => statements.splice(0),
      async logins() {
        const select = `select login from ${table} where version > 0`
        const rows = (await opened.database.query(select, [])) as { login: string | null }[]
        return rows.map(({ login }) => login).sort()
      },
    }
  }

  describe('the end of all sessions of a login', () => {
    it('finds what was stored without a loginKey or under another one, once it was read', async () => {
      const { storageWith, logins } = await open()
      const cookies = [
        await playRequest(storageWith({}), '', setting(USER, 42)),
        await playRequest(storageWith({ loginKey: OTHER }), '', (session) => {
          session.set(USER, '42')
          session.set(OTHER, 7)
        }),
      ]
      const signedOut = await playRequest(storageWith({ loginKey: OTHER }), '', setting(OTHER, 42))
      const storage = storageWith({ loginKey: USER })
      for (const cookie of [...cookies, signedOut]) await storage.read(cookie)
      assert.deepEqual(await logins(), ['42', '42', null])
      assert.equal(await storage.endSessionsOf(42), 2)
      for (const cookie of cookies) assert.deepEqual(await lookInto(storage, cookie), {})
      assert.deepEqual(await lookInto(storage, signedOut), { [OTHER]: 42 })
    })

    it('ends the session of the request that asks for it, too', async () => {
      const { storageWith } = await open()
      const cookie = await playRequest(storageWith({}), '', setting(USER, 42))
      const storage = storageWith({ loginKey: USER })
      const session = await storage.read(cookie)
      assert.equal(await storage.endSessionsOf(session.get(USER) as number), 1)
      assert.equal(await storage.save(session), cookie)
      assert.deepEqual(await lookInto(storage, cookie), {})
    })

    it('costs one more write for each such row, and none for others', async () => {
      const { storageWith, takeStatements } = await open()
      const storage = storageWith({ loginKey: USER })
      const stale = [
        await playRequest(storageWith({}), '', setting(USER, 42)),
        await playRequest(storageWith({}), '', setting(USER, 'Zoë \ud800')),
      ]
      const fresh = [
        await playRequest(storage, '', setting(USER, 42)),
        await playRequest(storage, '', setting(USER, '\ud800')),
        await playRequest(storage, '', setting(USER, { id: 42 })),
        await playRequest(storage, '', setting(COLOR, 'red')),
        await playRequest(storageWith({}), '', setting(COLOR, 'red')),
      ]
      fresh.push(await playRequest(storage, fresh[0]!, (session) => session.regenerateId()))
      takeStatements()
      for (const cookie of stale) await storage.read(cookie)
      assert.equal(takeStatements().length, 4)
      for (const cookie of [...stale, ...fresh]) await storage.read(cookie)
      // Nothing is known of logins there.
      for (const cookie of [...stale, ...fresh]) await storageWith({}).read(cookie)
      assert.deepEqual(
        takeStatements().filter((text) => !text.startsWith('select')),
        [],
      )
    })

    it('takes any character, also those that the database has not', async () => {
      const { storageWith } = await open()
      const storage = storageWith({ loginKey: USER })
      for (const user of ['a\0b', '\0', 'a\ud800b', 'a', '\u0001', '']) {
        const cookie = await playRequest(storage, '', setting(USER, user))
        await playRequest(storage, cookie, setting('\0 key', '\0'))
        const other = await playRequest(storage, '', setting(USER, 'b'))
        assert.equal(await storage.endSessionsOf(user), 1)
        assert.deepEqual(await lookInto(storage, cookie), {})
        assert.deepEqual(await lookInto(storage, other), { [USER]: 'b' })
      }
    })

    it('counts a number and its text as one, and refuses what is neither', async () => {
      const { storageWith } = await open()
      const storage = storageWith({ loginKey: USER })
      const cookies = [
        await playRequest(storage, '', setting(USER, 42)),
        await playRequest(storage, '', setting(USER, '42')),
      ]
      for (const login of [undefined, null, NaN, Infinity, {}, ['42'], true, 42n]) {
        const message = /endSessionsOf takes a text or a number/
        const end = storage.endSessionsOf(login as number)
        await assert.rejects(end, { name: 'TypeError', message }, String(login))
      }
      for (const cookie of cookies) assert.notDeepEqual(await lookInto(storage, cookie), {})
      assert.equal(await storage.endSessionsOf('42'), 2)
    })

    it('loses nothing to a change at the same time', async () => {
      const { storageWith, logins } = await open()
      const storage = storageWith({ loginKey: USER })
      const cookie = await playRequest(storageWith({}), '', setting(USER, 42))
      await Promise.all([
        ...Array.from({ length: 5 }, () => storage.read(cookie)),
        playRequest(storage, cookie, setting(COLOR, 'red')),
        playRequest(storageWith({}), cookie, setting('size', 'XL')),
      ])
      const data = { [USER]: 42, [COLOR]: 'red', size: 'XL' }
      assert.deepEqual(await lookInto(storage, cookie), data)
      assert.deepEqual(await logins(), ['42'])
    })

    it('a database that takes no writes still answers what is only read', async () => {
      const { storageWith, trouble } = await open()
      const cookie = await playRequest(storageWith({}), '', setting(USER, 42))
      trouble.isReadOnly = true
      assert.deepEqual(await lookInto(storageWith({ loginKey: USER }), cookie), { [USER]: 42 })
    })

    it('finds idle sessions after the statement of the README', async () => {
      const { storageWith, table, logins } = await open()
      for (const value of [42, '42', 'Zoë "x"\\', true, null, { id: 42 }, [42]]) {
        await playRequest(storageWith({}), '', setting(USER, value))
      }
      await playRequest(storageWith({ loginKey: OTHER }), '', setting(OTHER, 42))
      const nested = { values: { [USER]: 42 }, [USER]: 42 }
      await playRequest(storageWith({}), '', setting('cart', nested))
      const gone = await playRequest(storageWith({}), '', setting(USER, 'ann'))
      await playRequest(storageWith({}), gone, (session) => session.regenerateId())
      // PostgreSQL has no such characters: their sessions wait for being read, and stop nothing.
      for (const strange of ['\0', '\ud800', '\udfff']) {
        await playRequest(storageWith({}), '', setting(COLOR, strange))
      }
      await opened.database.query(readmeStatement(dialect).replace('sessions', table), [])
      const found = (await logins()).filter((login) => login !== null)
      assert.deepEqual(found, ['42', '42', 'Zoë "x"\\', 'ann'])
      assert.equal(await storageWith({ loginKey: USER }).endSessionsOf(42), 2)
    })
  })
})

function setting(key: string, value: unknown) {
  return (session: { set(key: string, value: any): void }) => session.set(key, value)
}

function readmeStatement(dialect: SqlDatabase['dialect']): string {
  const readme = fs.readFileSync(path.join(import.meta.dirname, '../README.md'), 'utf8')
  const name = dialect === 'sqlite' ? 'SQLite' : 'PostgreSQL'
  const statement = new RegExp(`^-- ${name}\n(update sessions [^;]+);`, 'm').exec(readme)?.[1]
  assert.ok(statement, `the README has no statement for ${name}`)
  return statement
}
