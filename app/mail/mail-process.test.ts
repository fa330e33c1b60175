import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { once } from 'node:events'
import SqliteDatabase from 'better-sqlite3'
import { reader } from '../testing/shop.ts'
import { startServer } from '../testing/server.ts'
import type { TestServer } from '../testing/server.ts'
import { startMailServer } from './testing-mail-server.ts'
import { shop } from '../ui/shop.ts'

async function askForLink({ origin }: TestServer): Promise<number> {
  const body = new URLSearchParams({ email: reader.email })
  const headers = { Origin: origin, Connection: 'close' }
  const url = `${origin}/reset-password`
  return (await fetch(url, { method: 'POST', headers, body, redirect: 'manual' })).status
}

async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise((resolve) => setTimeout(resolve, 20))
}

it('is answered before mail leaves, and a server that is killed meanwhile leaves it to the next', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bookstore-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const DATABASE_URL = join(folder, 'bookstore.sqlite')
  const SESSION_SECRET = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c'
  let connections = 0
  const silent = createServer(() => (connections += 1)).listen(0, '127.0.0.1')
  t.after(() => silent.close())
  await once(silent, 'listening')
  const start = (port: number) => {
    const MAIL_URL = `smtp://127.0.0.1:${port}`
    return startServer(t, { env: { DATABASE_URL, SESSION_SECRET, MAIL_URL } })
  }

  const first = await start((silent.address() as AddressInfo).port)
  await first.ready()
  assert.equal(await askForLink(first), 303)
  await until(() => connections > 0)
  await first.exit('SIGKILL')

  // It may still live, for all that the others know, until its time is over.
  const database = new SqliteDatabase(DATABASE_URL)
  assert.equal(database.prepare('update mails set due_at = 1 where due_at > 1').run().changes, 1)
  database.close()
  const { received, port } = await startMailServer()
  const second = await start(port)
  await second.ready()
  await until(() => received.length > 0)
  assert.ok(received[0]!.source.includes(`\nSubject: Your new password for ${shop.name}\r\n`))
  await until(() => /mail sent/.test(second.output))
  assert.equal(await second.exit('SIGTERM'), 0)
  assert.doesNotMatch(second.output, /reset-password\/[\w-]{20}/)
})

it('prints the links of its mail in development', async (t) => {
  const server = await startServer(t)
  await server.ready()
  assert.equal(await askForLink(server), 303)
  await until(() => /reset-password\/[\w-]{43}\n/.test(server.output))
  assert.ok(
    server.output.includes(`Mail to reader@example.com: Your new password for ${shop.name}\n`),
  )
})

it('says in production that without MAIL_URL no mail is sent', async (t) => {
  const server = await startServer(t, { env: { NODE_ENV: 'production' } })
  await server.ready()
  assert.equal(await askForLink(server), 503)
  assert.equal(await server.exit('SIGTERM'), 0)
  assert.match(server.output, /"reason":"MAIL_URL is missing, so no mail is sent: /)
})
