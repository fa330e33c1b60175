import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { closeDatabase, openDatabase } from '../../db/connect.ts'
import { insertTestUser, rowsOf } from '../../db/testing.ts'
import { findUserByEmail } from '../../db/users.ts'

const command = path.join(import.meta.dirname, 'backup-database.ts')
const secret = 'the tests of the command keep no secret 0815'

function run(DATABASE_URL: string, ...args: string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [command, ...args], {
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'test', SESSION_SECRET: secret, DATABASE_URL },
  })
  return { stdout, stderr, status }
}

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'db-backup-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

describe('npm run db:backup', () => {
  it('takes along what a shop that runs has just written, in one file', async (t) => {
    const folder = makeFolder(t)
    const file = path.join(folder, 'shop.sqlite')
    const backup = path.join(folder, 'backup.sqlite')
    const db = await openDatabase(file)
    t.after(() => closeDatabase(db))
    await insertTestUser(db, 'ann@example.com')

    const { stdout, stderr, status } = run(file, backup)

    assert.deepEqual([stderr, status], ['', 0])
    assert.match(stdout, /^The backup is \S+backup\.sqlite, [\d.]+ MB\n$/)
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('backup')),
      ['backup.sqlite'],
    )
    if (process.platform !== 'win32') assert.equal(statSync(backup).mode & 0o777, 0o600)
    await insertTestUser(db, 'bob@example.com')
    const copy = await openDatabase(backup)
    t.after(() => closeDatabase(copy))
    assert.ok(await findUserByEmail(copy, 'ann@example.com'))
    assert.equal(await findUserByEmail(copy, 'bob@example.com'), undefined)
    assert.deepEqual(await rowsOf(copy, 'pragma integrity_check'), [{ integrity_check: 'ok' }])
  })

  it('writes over nothing, and leaves nothing behind where it fails', async (t) => {
    const folder = makeFolder(t)
    const file = path.join(folder, 'shop.sqlite')
    await closeDatabase(await openDatabase(file))
    const taken = path.join(folder, 'taken.sqlite')
    writeFileSync(taken, 'the backup of yesterday')
    const damaged = path.join(folder, 'damaged.sqlite')
    writeFileSync(damaged, readFileSync(file).fill(1, 4096))
    const closed = path.join(folder, 'closed')
    for (const [source, target, reason] of [
      [file, taken, /^There is something at \S+taken\.sqlite already: name a new file\n$/],
      [file, path.join(closed, 'backup.sqlite'), /^Cannot write \S+backup\.sqlite: [^\n]+\n$/],
      [damaged, path.join(folder, 'new.sqlite'), /^Cannot write \S+new\.sqlite: [^\n]+\n$/],
      [path.join(folder, 'shp.sqlite'), path.join(folder, 'new.sqlite'), /^There is no database/],
    ] as const) {
      const before = readdirSync(folder)
      const { stdout, stderr, status } = run(source, target)
      assert.match(stderr, reason)
      assert.deepEqual([stdout, status], ['', 1])
      assert.deepEqual(readdirSync(folder), before)
    }
    assert.equal(readFileSync(taken, 'utf8'), 'the backup of yesterday')
  })

  it('needs the name of a file, and an SQLite database', (t) => {
    const target = path.join(makeFolder(t), 'backup.sqlite')
    for (const args of [[], [target, target], ['--to', target]]) {
      const { stderr, status } = run('./db/bookstore.sqlite', ...args)
      assert.match(stderr, /^Usage: npm run db:backup -- FILE\n$/)
      assert.equal(status, 1)
    }
    const postgres = run('postgres://shop:secret@localhost/shop', target)
    assert.match(postgres.stderr, /^DATABASE_URL is a PostgreSQL: use pg_dump\n$/)
    assert.match(run(':memory:', target).stderr, /^DATABASE_URL is :memory:[^\n]+\n$/)
  })
})
