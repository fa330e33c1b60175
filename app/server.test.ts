import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { closeDatabase, openDatabase } from '../db/connect.ts'
import { demoAccounts, seedDatabase } from '../db/seed.ts'
import { findUserByEmail } from '../db/users.ts'

const program = fileURLToPath(new URL('./server.ts', import.meta.url))

/** Starts the server in an empty directory of its own, with nothing but `env` in its environment. */
function start(t: TestContext, env: NodeJS.ProcessEnv, dotEnv = '') {
  const directory = mkdtempSync(join(tmpdir(), 'bookstore-'))
  writeFileSync(join(directory, '.env'), dotEnv)
  const child = spawn(process.execPath, [program], { cwd: directory, env })
  t.after(() => {
    child.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  })

  let output = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const closed = once(child, 'close')
  return {
    get output() {
      return output
    },
    get errors() {
      return errors
    },
    async ready() {
      while (!output.includes('Sessions are kept')) {
        if (child.exitCode !== null) throw new Error(`The server ended: ${errors}`)
        await Promise.race([once(child.stdout, 'data'), closed])
      }
    },
    async exit(signal?: NodeJS.Signals): Promise<number> {
      if (signal) child.kill(signal)
      const [code] = await closed
      return code as number
    },
  }
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return String(port)
}

describe('the server', () => {
  it('tells where it is, where sessions are and the demo accounts, and ends well on SIGTERM', async (t) => {
    const PORT = await freePort()
    const server = start(t, { PORT })
    await server.ready()
    assert.match(server.output, new RegExp(`open at http://localhost:${PORT}$`, 'm'))
    assert.match(
      server.output,
      /as files in \.\/sessions and survive a restart \(SESSION_STORAGE=fs\)/,
    )
    assert.match(server.output, /reader@example\.com \/ reader-demo-password/)
    const response = await fetch(`http://127.0.0.1:${PORT}/healthz`)
    assert.deepEqual(await response.json(), { status: 'ok', storage: 'fs' })
    assert.equal(await server.exit('SIGTERM'), 0)
    assert.equal(server.errors, '')
  })

  it('reads .env, says that memory sessions do not survive, and lets set variables win', async (t) => {
    const PORT = await freePort()
    const server = start(t, { PORT }, 'SESSION_STORAGE=memory\nPORT=1\n')
    await server.ready()
    assert.match(server.output, /they do not survive a restart \(SESSION_STORAGE=memory\)/)
    assert.match(server.output, new RegExp(`open at http://localhost:${PORT}$`, 'm'))
    assert.equal(await server.exit('SIGINT'), 0)
  })

  it('has no demo accounts in production', async (t) => {
    const PORT = await freePort()
    const server = start(t, {
      NODE_ENV: 'production',
      PORT,
      PUBLIC_URL: `http://localhost:${PORT}`,
      SESSION_SECRET: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c',
    })
    await server.ready()
    assert.doesNotMatch(server.output, /demo/i)
    assert.equal(await server.exit('SIGTERM'), 0)
  })

  it('removes the demo accounts of a database that was filled in development', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'bookstore-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const DATABASE_URL = join(folder, 'bookstore.sqlite')
    const seeded = openDatabase(DATABASE_URL)
    await seedDatabase(seeded, { demoAccounts: true, hashPassword: async () => 'no hash' })
    closeDatabase(seeded)

    const PORT = await freePort()
    const server = start(t, {
      NODE_ENV: 'production',
      PORT,
      PUBLIC_URL: `http://localhost:${PORT}`,
      SESSION_SECRET: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c',
      DATABASE_URL,
    })
    await server.ready()
    assert.equal(await server.exit('SIGTERM'), 0)

    const db = openDatabase(DATABASE_URL)
    for (const { email } of demoAccounts) assert.equal(findUserByEmail(db, email), undefined)
    closeDatabase(db)
  })

  it('names every problem of its configuration and exits with 1', async (t) => {
    const server = start(t, { PORT: 'eighty', SESSION_STORAGE: 'disk', NODE_ENV: 'production' })
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
    const server = start(t, { PORT: String(port) })
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
      const server = start(t, { PORT: await freePort(), ...env })
      assert.equal(await server.exit(), 1)
      assert.match(server.errors, /^[^\n]*\/dev\/null[^\n]*\n$/)
    }
  })
})
