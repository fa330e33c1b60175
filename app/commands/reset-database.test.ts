import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import SqliteDatabase from 'better-sqlite3'
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

async function openByShop(file: string): Promise<() => Promise<void>> {
  const shop = await openDatabase(file)
  return () => closeDatabase(shop)
}

/** As by a program that only looks into it. */
async function openByReader(file: string): Promise<() => Promise<void>> {
  const client = new SqliteDatabase(file, { readonly: true })
  client.prepare('select count(*) from users').get()
  return async () => void client.close()
}

describe('npm run db:reset', () => {
  it('puts the database aside with all that is in it', async (t) => {
    const directory = mkdtempSync(path.join(tmpdir(), 'db-reset-'))
    t.after(() => rmSync(directory, { recursive: true }))
    const file = path.join(directory, 'shop.sqlite')
    assert.match(run({ DATABASE_URL: file }).stdout, /There is no database/)

    // As a shop leaves it that was killed: the latest commit is in the log beside the file.
    const killed = path.join(directory, 'killed.sqlite')
    const db = await openDatabase(killed)
    await insertTestUser(db, 'ann@example.com')
    for (const companion of ['', '-wal', '-shm']) copyFileSync(killed + companion, file + companion)
    await closeDatabase(db)
    const { stdout, status } = run({ DATABASE_URL: file })
    assert.equal(status, 0)
    assert.deepEqual(
      readdirSync(directory).filter((name) => /^shop\.sqlite(-|$)/.test(name)),
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

  it('leaves the database where it is while somebody has it open, though nothing is asked of it', async (t) => {
    const directory = mkdtempSync(path.join(tmpdir(), 'db-reset-'))
    t.after(() => rmSync(directory, { recursive: true }))
    const file = path.join(directory, 'shop.sqlite')
    await closeDatabase(await openDatabase(file))
    for (const open of [openByShop, openByReader]) {
      const close = await open(file)
      const before = readdirSync(directory)
      const { stdout, stderr, status } = run({ DATABASE_URL: file })
      assert.match(stderr, /^The database \S+shop\.sqlite is in use\b[^\n]+\n$/)
      assert.deepEqual([stdout, status], ['', 1])
      assert.deepEqual(readdirSync(directory), before)
      await close()
    }
    assert.equal(run({ DATABASE_URL: file }).status, 0)
  })

  it('puts aside what is no database, or a damaged one', (t) => {
    const directory = mkdtempSync(path.join(tmpdir(), 'db-reset-'))
    t.after(() => rmSync(directory, { recursive: true }))
    const file = path.join(directory, 'shop.sqlite')
    writeFileSync(file, 'Dear diary, this is no database. '.repeat(100))
    assert.equal(run({ DATABASE_URL: file }).status, 0)
    const [aside, ...others] = readdirSync(directory)
    assert.match(readFileSync(path.join(directory, aside!), 'utf8'), /^Dear diary/)
    assert.deepEqual(others, [])
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
