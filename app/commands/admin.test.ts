import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { onEachDatabase, testDatabasePath } from '../../db/testing.ts'
import { admin, openTestShop, reader } from '../testing/shop.ts'

const command = join(import.meta.dirname, 'admin.ts')
const secret = 'the tests of the command keep no secret 0815'
const nora = { name: 'Nora', email: 'nora@example.com', password: 'an evening on the balcony' }

function run(databaseUrl: string, ...args: string[]) {
  const env = { NODE_ENV: 'test', SESSION_SECRET: secret, DATABASE_URL: databaseUrl }
  return new Promise<{ stdout: string; stderr: string; code: number }>((resolve) => {
    const options = { env: { ...process.env, ...env } }
    execFile(process.execPath, [command, ...args], options, (error, stdout, stderr) => {
      resolve({ stdout, stderr, code: error === null ? 0 : Number(error.code) })
    })
  })
}

describe('npm run admin', () => {
  onEachDatabase(({ newUrl }) => {
    it('makes an administrator of an account, and takes it back, while the shop runs', async () => {
      const shop = await openTestShop({ databaseUrl: await newUrl() })
      const { databaseUrl } = shop.config
      const browser = shop.browser()
      await browser.login(reader)
      assert.equal((await browser.get('/admin/customers')).status, 403)

      const made = await run(databaseUrl, ' Reader@Example.com')
      assert.deepEqual([made.stderr, made.code], ['', 0])
      assert.match(made.stdout, /^reader@example\.com is an administrator now\b[^\n]+\n$/)
      const copy = browser.copy()
      assert.equal((await browser.get('/')).signedIn, false)
      await browser.login(reader)
      assert.equal((await browser.get('/admin/customers')).status, 200)
      assert.equal((await copy.get('/')).signedIn, false)

      const taken = await run(databaseUrl, reader.email, '--remove')
      assert.deepEqual([taken.stderr, taken.code], ['', 0])
      assert.match(taken.stdout, /^reader@example\.com is no administrator any more\b[^\n]+\n$/)
      assert.equal((await browser.get('/')).signedIn, false)
      await browser.login(reader)
      assert.equal((await browser.get('/admin/customers')).status, 403)
    })
  })

  it('asks whose an account is whose address nobody has confirmed', async () => {
    const shop = await openTestShop()
    const { databaseUrl } = shop.config
    const browser = shop.browser()
    await browser.submit('/register', nora)
    const refused = await run(databaseUrl, nora.email)
    assert.match(refused.stderr, /^Nobody has confirmed nora@example\.com\b[^\n]+\n$/)
    assert.deepEqual([refused.stdout, refused.code], ['', 1])
    assert.equal((await browser.get('/')).signedIn, true)
    assert.equal((await run(databaseUrl, nora.email, '--unconfirmed')).code, 0)
    assert.equal((await run(databaseUrl, nora.email, '--remove')).code, 0)
  })

  it('says in one line that there is nothing to change', async () => {
    const shop = await openTestShop()
    const browser = shop.browser()
    await browser.login(reader)
    await refuses(shop.config.databaseUrl, [
      [[nora.email], /^There is no account with the address nora@example\.com/],
      [[admin.email], /^admin@example\.com is an administrator already$/m],
      [[reader.email, '--remove'], /^reader@example\.com is no administrator$/m],
    ])
    assert.equal((await browser.get('/')).signedIn, true)
  })

  it('takes one address, and nothing that it does not know', async () => {
    const usage = /^Usage: npm run admin/
    await refuses(':memory:', [
      [[], usage],
      [['--remove'], usage],
      [['--dry-run', reader.email], usage],
      [[reader.email, nora.email], usage],
    ])
  })

  it('makes no database where there is none', async () => {
    const missing = testDatabasePath()
    await refuses(missing, [[[reader.email], /^There is no database at \S+bookstore\.sqlite /]])
    assert.equal(existsSync(missing), false)
    await refuses(':memory:', [[[reader.email], /^DATABASE_URL is :memory:/]])
    const refused = 'postgres://shop:s3cret@localhost:1/shop'
    await refuses(refused, [[[reader.email], /^Cannot use (?!.*s3cret).*ECONNREFUSED/]])
  })
})

/** At once, as each takes a process. */
async function refuses(databaseUrl: string, cases: [args: string[], reason: RegExp][]) {
  const refused = cases.map(async ([args, reason]) => {
    const { stdout, stderr, code } = await run(databaseUrl, ...args)
    assert.match(stderr, reason)
    assert.match(stderr, /^[^\n]+\n$/)
    assert.deepEqual([stdout, code], ['', 1])
  })
  await Promise.all(refused)
}
