import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { createCookie } from 'remix/cookie'
import type { Cookie } from 'remix/cookie'
import { createMemorySessionStorage } from 'remix/session/memory-storage'
import { createRouter } from 'remix/fetch-router'
import type { Router } from 'remix/fetch-router'
import { Session } from 'remix/session'
import type { SessionStorage } from 'remix/session'
import { session } from 'remix/session-middleware'
import { lookInto, playRequest } from 'remix/session/testing'
import { EXAMPLES } from './fixtures/documented-examples.ts'
import type { Example } from './fixtures/documented-examples.ts'

const SECRET = 'pY3rVq8sLw0xKb5nZt7uJd2mFh9cGa4e'

let directory: string
const cwd = process.cwd()

before(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'documentation-'))
  fs.symlinkSync(path.join(projectRoot(), 'node_modules'), path.join(directory, 'node_modules'))
  fs.writeFileSync(path.join(directory, 'package.json'), '{ "type": "module" }')
  fs.mkdirSync(path.join(directory, 'app'))
  for (const [name, code] of Object.entries(EXAMPLES)) {
    fs.writeFileSync(path.join(directory, `${name}.ts`), code)
  }
  process.chdir(directory)
  process.env['SESSION_SECRET'] = SECRET
})

after(() => {
  process.chdir(cwd)
  fs.rmSync(directory, { recursive: true })
})

describe('the documentation', () => {
  it('type-checks as printed', () => {
    const { compilerOptions } = JSON.parse(
      fs.readFileSync(path.join(projectRoot(), 'tsconfig.json'), 'utf8'),
    ) as { compilerOptions: object }
    const config = {
      // Examples name what they do not use.
      compilerOptions: { ...compilerOptions, noUnusedLocals: false },
      include: ['**/*.ts'],
    }
    fs.writeFileSync('tsconfig.json', JSON.stringify(config))
    const tsc = path.join(projectRoot(), 'node_modules/typescript/bin/tsc')
    const { status, stdout } = spawnSync(process.execPath, [tsc], { encoding: 'utf8' })
    assert.equal(stdout, '')
    assert.equal(status, 0)
  })

  it('creates sessions and ids', async () => {
    const { session: empty } = await run<{ session: Session }>('create-empty')
    assert.deepEqual(empty.data, {})
    const { session } = await run<{ session: Session }>('create-with-data')
    assert.deepEqual(session.data, { userId: 42, theme: 'dark' })
    assert.match((await run<{ id: string }>('create-id')).id, /^[0-9a-z]{26,}$/)
  })

  it('sets, gets, asks and unsets', async () => {
    const visit = await createVisitor()
    await visit('set')
    assert.deepEqual(await visit('get'), [42, 'dark', undefined])
    assert.equal(await visit('has'), true)
    assert.equal(await visit('unset'), undefined)
    assert.deepEqual(await visit.look(), { userId: 42, theme: 'dark' })
  })

  it('flashes a message for the next request', async () => {
    const visit = await createVisitor()
    assert.equal(((await visit('flash-in-the-action')) as Response).status, 302)
    assert.equal(await visit('flash-in-the-next-request'), 'Book created successfully!')
    // On the following request:
    assert.equal(await visit('flash-in-the-next-request'), undefined)
  })

  it('logs in with a new id and the same data, and logs out', async () => {
    const visit = await createVisitor()
    await visit('set')
    const before = visit.cookie()
    await visit('log-in')
    assert.notEqual(visit.cookie(), before)
    assert.deepEqual(await visit.look(), {
      userId: 42,
      theme: 'dark',
      cart: [{ productId: 1, quantity: 2 }],
    })
    assert.equal(((await visit('log-out')) as Response).status, 302)
    assert.equal(visit.cookie(), '')
  })

  it('shows id and data', async (t) => {
    const log = t.mock.method(console, 'log', () => {})
    const visit = await createVisitor()
    await visit('set')
    await visit('unset')
    await visit('id')
    await visit('data')
    assert.deepEqual(
      log.mock.calls.map((call) => call.arguments[0] as unknown),
      [visit.cookie(), { userId: 42, theme: 'dark' }],
    )
  })

  for (const name of ['cookie-storage', 'fs-storage', 'memory-storage'] as const) {
    it(`keeps sessions in ${name}`, async () => {
      const { sessionStorage } = await run<{ sessionStorage: SessionStorage }>(name)
      const cookie = await playRequest(sessionStorage, '', (session) =>
        session.set('theme' as string, 'dark'),
      )
      assert.deepEqual(await lookInto(sessionStorage, cookie), { theme: 'dark' })
      if (name === 'fs-storage') assert.ok(fs.existsSync(`sessions/${cookie}.json`))
    })
  }

  it('takes any object with read and save for a storage', async () => {
    const { storage } = await run<{ storage: SessionStorage }>('storage-interface')
    const cookie = createCookie('__session', { secrets: [SECRET] })
    const router = createRouter({ middleware: [session(cookie, storage)] })
    router.map('/', (context) => Response.json(context.get(Session).data))
    // Several cookies, so that the middleware does all that it can do with a storage.
    const header = (await Promise.all(['a', 'b'].map((value) => cookie.serialize(value)))).join(';')
    for (const Cookie of ['', header]) {
      const response = await router.fetch('http://localhost/', { headers: { Cookie } })
      assert.deepEqual(await response.json(), {})
      assert.deepEqual(response.headers.getSetCookie(), [])
    }
  })

  it('runs as a whole', async () => {
    const { router } = await run<{ router: Router }>('app/server')
    const { sessionCookie } = await run<{ sessionCookie: Cookie }>('app/session')
    const first = await router.fetch('http://localhost/visit')
    assert.equal(first.status, 204)
    const [header] = first.headers.getSetCookie()
    assert.match(header!, /^__session=.*; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax$/)
    const id = await sessionCookie.parse(header!.split('; ')[0]!)
    const stored = fs.readFileSync(`sessions/${id}.json`, 'utf8')
    assert.ok(Date.now() - (JSON.parse(stored).values.lastVisit as number) < 60_000)
    const second = await router.fetch('http://localhost/visit', {
      headers: { Cookie: header!.split('; ')[0]! },
    })
    assert.deepEqual([second.status, second.headers.getSetCookie()], [204, []])
  })
})

function run<exported>(name: Example): Promise<exported> {
  return import(pathToFileURL(path.join(directory, `${name}.ts`)).href) as Promise<exported>
}

/** A browser whose requests are examples. */
async function createVisitor() {
  const storage = createMemorySessionStorage()
  let cookie = ''

  async function visit(name: Example): Promise<unknown> {
    const { handler } = await run<{ handler: (session: Session) => unknown }>(name)
    let result: unknown
    cookie = await playRequest(storage, cookie, (session) => {
      result = handler(session)
    })
    return result
  }

  return Object.assign(visit, { cookie: () => cookie, look: () => lookInto(storage, cookie) })
}

function projectRoot(): string {
  return path.dirname(import.meta.dirname)
}
