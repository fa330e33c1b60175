import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, it } from 'node:test'
import { onPostgres } from 'remix/session/testing/postgres-server'
import { insertTestBook, insertTestUser, testDatabase } from '../../db/testing.ts'
import { findUserByEmail } from '../../db/users.ts'

const command = path.join(import.meta.dirname, 'copy-database.ts')

function run(...args: string[]): Promise<{ stdout: string; stderr: string; code: number }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], (error, stdout, stderr) => {
      resolve({ stdout, stderr, code: error === null ? 0 : Number(error.code) })
    })
  })
}

onPostgres('npm run db:copy', (newUrl) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'db-copy-'))
  after(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'shop.sqlite')

  it('makes the tables and fills them, and refuses to do so twice', async () => {
    const from = await testDatabase(file)
    await insertTestUser(from, 'ann@example.com')
    await insertTestBook(from)
    const url = await newUrl()
    const first = await run('--from', file, '--to', url)
    assert.deepEqual([first.stderr, first.code], ['', 0])
    assert.match(first.stdout, /^users +1 rows, checksum [\da-f]{16}$/m)
    assert.match(first.stdout, /All is copied/)
    const to = await testDatabase(url)
    assert.ok(await findUserByEmail(to, 'ann@example.com'))

    const second = await run('--from', file, '--to', url)
    assert.match(second.stderr, /^Nothing was copied: [^\n]+ is not empty, [^\n]+ users\n$/)
    assert.deepEqual([second.stdout, second.code], ['', 1])
  })

  it('says in one line what is wrong, without the password', async () => {
    await testDatabase(file)
    const missing = path.join(folder, 'missing.sqlite')
    const text = path.join(folder, 'text.sqlite')
    writeFileSync(text, 'This is no database. '.repeat(100))
    const url = (await newUrl()).replace('shop@', 'shop:s3cret@')
    const unknown = url.replace(/\w+$/, 'nothing_here')
    const refused = url.replace(/:\d+\//, ':1/')
    for (const [args, reason] of [
      [[], /^Usage: npm run db:copy/],
      [['--from', file, url], /^Usage: npm run db:copy/],
      [['--from', file, '--to', 'mysql://shop:s3cret@localhost'], /^--to has to be/],
      [['--from', url, '--to', url], /^--from has to be/],
      [['--from', 'sqlite+file://shop:s3cret@disk', '--to', url], /^--from has to be/],
      [['--from', missing, '--to', url], /^There is no database at .*missing.sqlite$/m],
      [['--from', text, '--to', url], /^Cannot open the database .*\(--from\): .*not a database$/m],
      [
        ['--from', file, '--to', unknown],
        /^Cannot use .*\(--to\): .*"nothing_here" does not exist/,
      ],
      [['--from', file, '--to', refused], /^Cannot use .*\(--to\): .*ECONNREFUSED/],
    ] as const) {
      const { stdout, stderr, code } = await run(...args)
      assert.match(stderr, reason)
      assert.match(stderr, /^[^\n]+\n$/)
      assert.doesNotMatch(stderr, /s3cret/)
      assert.deepEqual([stdout, code], ['', 1])
    }
    assert.equal(existsSync(missing), false)
  })
})
