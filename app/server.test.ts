import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { createSession } from 'remix/session'
import { createSqlSessionStorage } from 'remix/session/sql-storage'
import { insertAnsweredForm } from '../db/answered-forms.ts'
import { closeDatabase, openDatabase } from '../db/connect.ts'
import { createEmailLink } from '../db/email-links.ts'
import { keepForm } from '../db/kept-forms.ts'
import { insertLogin } from '../db/logins.ts'
import { takeChallenge } from '../db/passkeys.ts'
import { createPasswordReset } from '../db/password-resets.ts'
import { insertPendingLogin } from '../db/pending-logins.ts'
import { insertRegistration } from '../db/registrations.ts'
import { rememberDevice } from '../db/remembered-devices.ts'
import { demoAccounts, seedDatabase } from '../db/seed.ts'
import { insertTestUser, rowsOf } from '../db/testing.ts'
import { findUserByEmail, updatePasswordHash } from '../db/users.ts'
import { createPasswordHasher } from './auth/passwords.ts'
import { startServer } from './testing/server.ts'

function temporaryDatabase(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'bookstore-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'bookstore.sqlite')
}

describe('the server', () => {
  it('tells where it is, where sessions are and the demo accounts, and ends well on SIGTERM', async (t) => {
    const server = await startServer(t)
    await server.ready()
    const response = await server.get('/healthz')
    assert.deepEqual(await response.json(), { status: 'ok', storage: 'fs' })
    assert.equal(await server.exit('SIGTERM'), 0)
    assert.ok(server.output.includes(`open at ${server.origin}\n`))
    const sessions = join(server.project, 'sessions')
    assert.ok(
      server.output.includes(`as files in ${sessions} and survive a restart (SESSION_STORAGE=fs)`),
    )
    assert.match(server.output, /reader@example\.com \/ reader-demo-password/)
    assert.equal(server.errors, '')
  })

  it('says that memory sessions do not survive, and lets set variables win over .env', async (t) => {
    const server = await startServer(t, { dotEnv: 'SESSION_STORAGE=memory\nPORT=1\n' })
    await server.ready()
    assert.equal(await server.exit('SIGINT'), 0)
    assert.match(server.output, /they do not survive a restart \(SESSION_STORAGE=memory\)/)

    const env = { SESSION_STORAGE: 'database', DATABASE_URL: ':memory:' }
    const inBoth = await startServer(t, { env })
    await inBoth.ready()
    assert.equal(await inBoth.exit('SIGINT'), 0)
    assert.match(inBoth.output, /they do not survive a restart \(SESSION_STORAGE=database\)/)
  })

  it('has its .env and its data in its folder, wherever it is started', async (t) => {
    const server = await startServer(t, { dotEnv: 'DATABASE_URL=data/shop.sqlite\n' })
    await server.ready()
    assert.equal(await server.exit('SIGTERM'), 0)
    assert.deepEqual(readdirSync(server.elsewhere), [])
    for (const name of ['data/shop.sqlite', 'sessions', '.session-secret']) {
      assert.ok(existsSync(join(server.project, name)), name)
    }
  })

  it('does not start with a .env that it does not understand', async (t) => {
    const server = await startServer(t, { dotEnv: Buffer.from('NODE_ENV=production', 'utf16le') })
    assert.equal(await server.exit(), 1)
    assert.equal(
      server.errors,
      'The configuration has a problem:\n  .env is not UTF-8 text: save it in that encoding\n' +
        'Each variable is explained in .env.example.\n',
    )
  })

  it('tells where the database is and whether it is new', async (t) => {
    const DATABASE_URL = temporaryDatabase(t)
    for (const told of ['new and filled with the seed', 'that of before']) {
      const server = await startServer(t, { env: { DATABASE_URL } })
      await server.ready()
      assert.equal(await server.exit('SIGTERM'), 0)
      assert.ok(server.output.includes(`The database is ${DATABASE_URL}, ${told}`))
    }
  })

  it('tells all of that in production, in lines that are all JSON', async (t) => {
    const DATABASE_URL = temporaryDatabase(t)
    for (const newDatabase of [true, false]) {
      const server = await startServer(t, { env: { NODE_ENV: 'production', DATABASE_URL } })
      await server.ready()
      assert.equal(await server.exit('SIGTERM'), 0)
      const lines = server.output.trimEnd().split('\n')
      const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
      const { time, ...started } = told.find(({ event }) => event === 'started')!
      assert.ok(time)
      assert.deepEqual(started, {
        event: 'started',
        address: server.origin,
        sessions: `as files in ${join(server.project, 'sessions')} and survive a restart`,
        sessionStorage: 'fs',
        database: DATABASE_URL,
        newDatabase,
      })
      const warnings = told.filter(({ event }) => event === 'warning').map(({ reason }) => reason)
      const isNew = new RegExp(`^The database ${DATABASE_URL} is new: `)
      const noMail = /^MAIL_URL is missing, so no mail is sent: /
      const expected = newDatabase ? [isNew, noMail] : [noMail]
      assert.equal(warnings.length, expected.length, server.output)
      for (const [index, reason] of expected.entries()) {
        assert.match(String(warnings[index]), reason)
      }
    }
  })

  it('has no demo accounts in production, and says of what does not last', async (t) => {
    const env = { NODE_ENV: 'production', DATABASE_URL: ':memory:' }
    const server = await startServer(t, { env })
    await server.ready()
    assert.equal(await server.exit('SIGTERM'), 0)
    assert.doesNotMatch(server.output, /demo/i)
    assert.match(server.output, /in memory: accounts and orders do not survive a restart/)
    assert.doesNotMatch(server.output, /they are in another one/)
  })

  it('closes the demo accounts of a database that was filled in development, and no other', async (t) => {
    const DATABASE_URL = temporaryDatabase(t)
    const seeded = await openDatabase(DATABASE_URL)
    const { hash } = createPasswordHasher()
    await seedDatabase(seeded, { demoAccounts: true, hashPassword: hash })
    const [reader, admin] = demoAccounts
    await rowsOf(seeded, `update users set email = 'a@b.c' where email = '${admin!.email}'`)
    const { id } = (await findUserByEmail(seeded, reader!.email))!
    await updatePasswordHash(seeded, id, await hash('an evening on the balcony'))
    await closeDatabase(seeded)

    for (const told of [/"reason":"Closed 1 demo account of development: /, /^(?!.*demo)/s]) {
      const server = await startServer(t, { env: { NODE_ENV: 'production', DATABASE_URL } })
      await server.ready()
      assert.equal(await server.exit('SIGTERM'), 0)
      assert.match(server.output, told)
    }
    const db = await openDatabase(DATABASE_URL)
    assert.equal(await findUserByEmail(db, 'a@b.c'), undefined)
    assert.ok(await findUserByEmail(db, reader!.email))
    await closeDatabase(db)
  })

  it(
    'forgets at its start what was kept for a time that is over',
    { timeout: 240_000 },
    async (t) => {
      const DATABASE_URL = temporaryDatabase(t)
      const db = await openDatabase(DATABASE_URL)
      t.after(() => closeDatabase(db))
      const [today, before] = [new Date(), new Date(Date.now() - 25 * 60 * 60_000)]
      const { id: userId } = await insertTestUser(db, 'ann@example.com')
      for (const now of [today, before]) {
        const email = `of-${now.getTime()}@example.com`
        await createEmailLink(db, { userId, email }, now)
        await keepForm(db, { userId, path: '/account/email', fields: { email } }, now)
        const asked = { name: 'Ann', email, passwordHash: 'no hash', browserToken: 'none' }
        await insertRegistration(db, asked, now)
        await insertLogin(db, { userId, userAgent: email, remembered: false, now })
        await insertPendingLogin(db, { userId, remembered: false, known: false, now })
        await takeChallenge(db, email, now)
        await createPasswordReset(db, userId, now)
        const answered = {
          form: email,
          userId,
          sentBy: '',
          loginId: null,
          location: '/',
          notice: null,
        }
        await insertAnsweredForm(db, { ...answered, createdAt: now })
      }
      const monthAgo = new Date(Date.now() - 31 * 24 * 60 * 60_000)
      for (const now of [today, monthAgo]) {
        const id = `of-${now.getTime()}`
        await rememberDevice(db, { userId, deviceId: id, userAgent: id, now })
        await rowsOf(db, `insert into joined_carts values ('${id}', '{}', ${now.getTime()})`)
      }
      for (const now of [today, before]) {
        const email = `of-${now.getTime()}@example.com`
        const [known, link] = [`'${email}'`, now.getTime() + 24 * 60 * 60_000]
        await rowsOf(
          db,
          `insert into orders (checkout_key, name, address, city, postcode, country, total_cents, email, link_expires_at, created_at)
         values (${known}, 'Ann', '', '', '', '', 0, ${known}, ${link}, 0)`,
        )
      }
      const server = await startServer(t, { env: { DATABASE_URL } })
      await server.ready()
      // The last that it clears.
      while ((await rowsOf(db, 'select * from joined_carts')).length > 1) await wait(20)
      assert.equal(await server.exit('SIGTERM'), 0)
      const left = `of-${today.getTime()}@example.com`
      for (const table of ['email_links', 'registrations', 'orders where email is not null']) {
        assert.deepEqual(await rowsOf(db, `select email from ${table}`), [{ email: left }], table)
      }
      assert.deepEqual(await rowsOf(db, 'select user_agent email from logins'), [{ email: left }])
      for (const [table, time] of [
        ['pending_logins', 'created_at'],
        ['used_challenges', 'used_at'],
        ['password_resets', 'expires_at - 30 * 60000'],
        ['answered_forms', 'created_at'],
        ['remembered_devices', 'created_at'],
        ['joined_carts', 'joined_at'],
      ]) {
        const times = await rowsOf(db, `select ${time} as time from ${table}`)
        assert.deepEqual(times, [{ time: today.getTime() }], table)
      }
      const forms = await rowsOf(db, 'select fields from kept_forms')
      assert.deepEqual(JSON.stringify(forms).match(/of-\d+/g), [`of-${today.getTime()}`])
    },
  )

  it(
    'forgets the sessions and counters of a storage that was chosen before',
    { timeout: 240_000 },
    async (t) => {
      const DATABASE_URL = temporaryDatabase(t)
      const db = await openDatabase(DATABASE_URL)
      t.after(() => closeDatabase(db))
      const monthAgo = Date.now() - 31 * 24 * 60 * 60_000
      for (const now of [Date.now(), monthAgo]) {
        const storage = createSqlSessionStorage(db.engine, { purgeInterval: 0, now: () => now })
        await storage.save(createSession({ cart: { 7: 1 } }))
        await rowsOf(db, `insert into throttle values ('of ${now}', 1, ${now + 60_000})`)
      }
      const server = await startServer(t, { env: { DATABASE_URL, SESSION_STORAGE: 'memory' } })
      await server.ready()
      for (const table of ['sessions', 'throttle']) {
        while ((await rowsOf(db, `select * from ${table}`)).length === 2) await wait(20)
        assert.equal((await rowsOf(db, `select * from ${table}`)).length, 1, table)
      }
      assert.equal(await server.exit('SIGTERM'), 0)
    },
  )

  it('names every problem of its configuration and exits with 1', async (t) => {
    const server = await startServer(t, {
      env: {
        PORT: 'eighty',
        SESSION_STORAGE: 'disk',
        NODE_ENV: 'production',
        SESSION_SECRET: '',
        PUBLIC_URL: '',
      },
    })
    assert.equal(await server.exit(), 1)
    for (const name of ['PORT', 'SESSION_STORAGE', 'SESSION_SECRET', 'PUBLIC_URL']) {
      assert.match(server.errors, new RegExp(`^  ${name} is `, 'm'))
    }
    assert.doesNotMatch(server.errors, /\n +at /, 'no stack')
    assert.equal(server.output, '')
  })

  it('says in one line that the port is taken and exits with 1', async (t) => {
    const taken = createServer().listen(0, '127.0.0.1')
    t.after(() => taken.close())
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const server = await startServer(t, { env: { PORT: String(port) } })
    assert.equal(await server.exit(), 1)
    assert.equal(
      server.errors,
      `Port ${port} of 127.0.0.1 is taken: end what runs there, or set PORT to a free one\n`,
    )
  })

  it('says in one line that the database or the session directory cannot be used', async (t) => {
    for (const env of [
      { DATABASE_URL: '/dev/null/a.sqlite' },
      { SESSION_DIR: '/dev/null/sessions' },
    ]) {
      const server = await startServer(t, { env })
      assert.equal(await server.exit(), 1)
      assert.match(server.errors, /^[^\n]*\/dev\/null[^\n]*\n$/)
    }
  })
})
