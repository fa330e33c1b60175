import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { createSession } from 'remix/session'
import { createFsSessionStorage } from 'remix/session/fs-storage'
import { createSqlSessionStorage } from 'remix/session/sql-storage'
import { closeDatabase, openDatabase } from '../../db/connect.ts'
import { readConfig } from '../config.ts'
import { openSessions } from '../session.ts'

const command = path.join(import.meta.dirname, 'sessions.ts')
const secret = 'the tests of the command keep no secret 0815'

function makeDirectory(test: TestContext): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'sessions-command-'))
  test.after(() => fs.rmSync(directory, { recursive: true }))
  return directory
}

function run(directory: string, ...args: string[]) {
  return runWith({ SESSION_DIR: directory }, ...args)
}

function runWith(settings: Record<string, string>, ...args: string[]) {
  return spawnSync(process.execPath, [command, ...args], {
    encoding: 'utf8',
    env: {
      ...process.env,
      NODE_ENV: 'test',
      ...settings,
      SESSION_SECRET: secret,
    },
  })
}

describe('npm run sessions', () => {
  it('lists sessions without telling an id that could be used', async (test) => {
    const directory = makeDirectory(test)
    const storage = createFsSessionStorage(directory, { purgeInterval: 0 })
    const id = await storage.save(createSession({ cart: { 7: 1 } }))

    const { stdout, status } = run(directory, 'list', '--json')

    assert.equal(status, 0)
    const [session] = JSON.parse(stdout)
    assert.deepEqual(session.keys, ['cart'])
    assert.equal(session.expired, false)
    assert.ok(!stdout.includes(id))
  })

  it('checks the directory and fails when something is wrong', async (test) => {
    const directory = makeDirectory(test)
    const storage = createFsSessionStorage(directory, { purgeInterval: 0 })
    const id = await storage.save(createSession({ theme: 'dark' }))
    assert.equal(run(directory, 'check').status, 0)

    fs.writeFileSync(path.join(directory, `${id}.json`), 'not a session')
    const { stdout, status } = run(directory, 'check', '--json')

    assert.equal(status, 1)
    assert.equal(JSON.parse(stdout).corrupt, 1)
    assert.ok(!stdout.includes(id))
  })

  it('purges what has expired', async (test) => {
    const directory = makeDirectory(test)
    const longAgo = Date.now() - 40 * 24 * 60 * 60 * 1000
    const storage = createFsSessionStorage(directory, { purgeInterval: 0, now: () => longAgo })
    const id = await storage.save(createSession({ theme: 'dark' }))
    fs.utimesSync(path.join(directory, `${id}.json`), longAgo / 1000, longAgo / 1000)

    const { stdout } = run(directory, 'purge', '--json')

    assert.deepEqual(JSON.parse(stdout), { sessions: 1, expired: 1, leftOvers: 0 })
    assert.deepEqual(fs.readdirSync(directory), [])
  })

  it('purges what check calls expired, such as guests who never came back', async (test) => {
    const directory = makeDirectory(test)
    const threeHoursAgo = Date.now() - 3 * 60 * 60 * 1000
    const config = readConfig({ SESSION_DIR: directory, SESSION_SECRET: secret })
    const { storage, close } = openSessions(config, () => threeHoursAgo)
    const id = await storage.save(createSession({ cart: { 7: 1 } }))
    await close()
    fs.utimesSync(path.join(directory, `${id}.json`), threeHoursAgo / 1000, threeHoursAgo / 1000)
    assert.equal(JSON.parse(run(directory, 'check', '--json').stdout).expired, 1)

    const { stdout } = run(directory, 'purge', '--json')

    assert.equal(JSON.parse(stdout).expired, 1)
    assert.equal(JSON.parse(run(directory, 'check', '--json').stdout).sessions, 0)
  })

  it('says what it can do, and when there is no directory', (test) => {
    assert.match(run(makeDirectory(test), 'destroy').stderr, /Usage/)
    const missing = run('/nowhere/sessions', 'list')
    assert.match(missing.stderr, /SESSION_DIR/)
    assert.equal(missing.status, 1)
    const directory = path.join(makeDirectory(test), 'sesions')
    for (const command of ['check', 'purge']) {
      const { stdout, stderr, status } = run(directory, command)
      assert.match(stderr, /^There is no such session directory: see SESSION_DIR\n$/, command)
      assert.deepEqual([stdout, status, fs.existsSync(directory)], ['', 1, false])
    }
  })

  it('says where sessions are that it cannot look into', () => {
    for (const [storage, where] of Object.entries({
      cookie: /in the browsers/,
      memory: /in the memory/,
      redis: /in Redis/,
    })) {
      const settings = { SESSION_STORAGE: storage, REDIS_URL: 'redis://localhost' }
      const { status, stderr } = runWith(settings, 'list')
      assert.equal(status, 1)
      assert.match(stderr, where)
    }
  })

  it('makes no database where there is none', (test) => {
    const directory = makeDirectory(test)
    const file = path.join(directory, 'data', 'shop.sqlite')
    for (const [DATABASE_URL, reason] of [
      [file, /^There is no database at \S+shop\.sqlite \(DATABASE_URL\)[^\n]+\n$/],
      [':memory:', /^DATABASE_URL is :memory:[^\n]+\n$/],
    ] as const) {
      for (const command of ['list', 'check', 'purge']) {
        const settings = { SESSION_STORAGE: 'database', DATABASE_URL }
        const { stdout, stderr, status } = runWith(settings, command)
        assert.match(stderr, reason)
        assert.deepEqual([stdout, status], ['', 1])
      }
    }
    assert.deepEqual(fs.readdirSync(directory), [])
  })

  it('asks the table where sessions are in the database', async (test) => {
    const file = path.join(makeDirectory(test), 'shop.sqlite')
    const settings = { SESSION_STORAGE: 'database', DATABASE_URL: file }
    const db = await openDatabase(file)
    const longAgo = Date.now() - 40 * 24 * 60 * 60 * 1000
    const open = (now = Date.now()) =>
      createSqlSessionStorage(db.engine, { purgeInterval: 0, now: () => now })
    const id = await open().save(createSession({ cart: { 7: 1 } }))
    await open(longAgo).save(createSession({ theme: 'dark' }))

    const listed = runWith(settings, 'list', '--json')
    assert.deepEqual(
      JSON.parse(listed.stdout).map(({ keys, expired }: Record<string, unknown>) => [
        keys,
        expired,
      ]),
      [
        [['cart'], false],
        [['theme'], true],
      ],
    )
    assert.ok(!listed.stdout.includes(id))
    assert.deepEqual(JSON.parse(runWith(settings, 'purge', '--json').stdout), { expired: 1 })
    const checked = runWith(settings, 'check', '--json')
    assert.equal(checked.status, 0)
    assert.equal(JSON.parse(checked.stdout).sessions, 1)

    await db.engine.query(`update sessions set record = 'not a session' returning id`, [])
    await closeDatabase(db)
    const broken = runWith(settings, 'check', '--json')
    assert.equal(broken.status, 1)
    assert.equal(JSON.parse(broken.stdout).corrupt, 1)
  })
})
