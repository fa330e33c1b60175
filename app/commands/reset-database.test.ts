import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { closeDatabase, openDatabase } from '../../db/connect.ts'
import { insertTestUser } from '../../db/testing.ts'
import { findUserByEmail } from '../../db/users.ts'

const command = path.join(import.meta.dirname, 'reset-database.ts')
const secret = 'the tests of the command keep no secret 0815'

function run(env: Record<string, string>, ...args: string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [command, ...args], {
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'test', SESSION_SECRET: secret, ...env },
  })
  return { stdout, stderr, status }
}

describe('npm run db:reset', () => {
  it('puts the database aside with all that is in it', async (t) => {
    const directory = mkdtempSync(path.join(tmpdir(), 'db-reset-'))
    t.after(() => rmSync(directory, { recursive: true }))
    const file = path.join(directory, 'shop.sqlite')
    assert.match(run({ DATABASE_URL: file }).stdout, /There is no database/)

    // Still open, so that the latest commit is in the log beside the file.
    const db = await openDatabase(file)
    await insertTestUser(db, 'ann@example.com')
    const { stdout, status } = run({ DATABASE_URL: file })
    await closeDatabase(db)
    assert.equal(status, 0)
    assert.deepEqual(
      readdirSync(directory).filter((name) => name.startsWith('shop.sqlite-')),
      [],
    )
    const [, aside] = /The database is (\S+) now/.exec(stdout)!
    const kept = await openDatabase(aside!)
    assert.ok(await findUserByEmail(kept, 'ann@example.com'))
    await closeDatabase(kept)
    const anew = await openDatabase(file)
    assert.equal(await findUserByEmail(anew, 'ann@example.com'), undefined)
    await closeDatabase(anew)
  })

  it('leaves the database where it is when given what it does not know', async (t) => {
    const directory = mkdtempSync(path.join(tmpdir(), 'db-reset-'))
    t.after(() => rmSync(directory, { recursive: true }))
    const file = path.join(directory, 'shop.sqlite')
    await closeDatabase(await openDatabase(file))
    for (const arg of ['--dry-run', 'other.sqlite']) {
      const { stderr, status } = run({ DATABASE_URL: file }, arg)
      assert.match(stderr, new RegExp(arg))
      assert.equal(status, 1)
    }
    assert.deepEqual(readdirSync(directory), ['shop.sqlite'])
  })

  it('leaves what it should not touch, and says why', () => {
    const production = run({ NODE_ENV: 'production', PUBLIC_URL: 'https://shop.example' })
    assert.match(production.stderr, /This is production/)
    assert.equal(production.status, 1)
    const postgres = run({ DATABASE_URL: 'postgres://shop:secret@localhost/shop' })
    assert.match(postgres.stderr, /drop and create the database there/)
    assert.doesNotMatch(postgres.stderr, /secret/)
    assert.equal(postgres.status, 1)
  })
})
