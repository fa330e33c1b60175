import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Cookie } from 'remix/cookie'
import { createMemorySessionStorage } from 'remix/session/memory-storage'
import type { Router } from 'remix/fetch-router'
import type { Session, SessionStorage } from 'remix/session'
import { lookInto, playRequest } from 'remix/session/testing'

// The examples of the API's documentation as they are printed. They are checked as a program of
// their own, in which an application has declared the keys that they use.
const EXAMPLES = {
  'create-empty': `
    import { createSession } from 'remix/session'

    // Empty session
    let session = createSession()

    export { session }
  `,
  'create-with-data': `
    import { createSession } from 'remix/session'

    // Session with initial data
    let session = createSession({
      userId: 42,
      theme: 'dark',
    })

    export { session }
  `,
  'create-id': `
    import { createSessionId } from 'remix/session'

    let id = createSessionId()
    // e.g. "a1b2c3d4e5f6..."

    export { id }
  `,
  set: inHandler(`
    session.set('userId', 42)
    session.set('theme', 'dark')
    session.set('cart', [{ productId: 1, quantity: 2 }])
  `),
  get: inHandler(`
    let userId = session.get('userId')   // number | undefined
    let theme = session.get('theme')     // string | undefined
    let flash = session.get('message')   // string | undefined (consumed on read)

    let types: [number | undefined, string | undefined, string | undefined]
    types = [userId, theme, flash]
    return types
  `),
  has: inHandler(`
    let loggedIn = false
    if (session.has('userId')) {
      // User is logged in
      loggedIn = true
    }
    return loggedIn
  `),
  unset: inHandler(`
    session.unset('cart')
    // session.get('cart') now returns undefined
    return session.get('cart')
  `),
  'flash-in-the-action': inHandler(`
    // In the action handler
    session.flash('message', 'Book created successfully!')
    return new Response(null, { status: 302, headers: { Location: '/books' } })
  `),
  'flash-in-the-next-request': inHandler(`
    // In the next request's handler
    let message = session.get('message')  // "Book created successfully!"
    return message
  `),
  'log-out': inHandler(`
    // Logout handler
    session.destroy()
    return new Response(null, { status: 302, headers: { Location: '/login' } })
  `),
  'log-in': inHandler(`
    let user = { id: 42 }
    // After a successful login
    session.set('userId', user.id)
    session.regenerateId()
    // The session now has a new ID, but the same data
  `),
  id: inHandler(`
    console.log(session.id)  // "a1b2c3d4e5f6..."
  `),
  data: inHandler(`
    console.log(session.data)  // { userId: 42, theme: 'dark' }
  `),
  'cookie-storage': `
    import { createCookie } from 'remix/cookie'
    import { createCookieSessionStorage } from 'remix/session/cookie-storage'

    let sessionCookie = createCookie('__session', {
      httpOnly: true,
      secure: process.env.NODE_ENV === 'production',
      sameSite: 'Lax',
      secrets: [process.env.SESSION_SECRET!],
      maxAge: 60 * 60 * 24 * 7,
    })

    let sessionStorage = createCookieSessionStorage(sessionCookie)

    export { sessionStorage }
  `,
  'fs-storage': `
    import { createFsSessionStorage } from 'remix/session/fs-storage'

    let sessionStorage = createFsSessionStorage('./sessions')

    export { sessionStorage }
  `,
  'memory-storage': `
    import { createMemorySessionStorage } from 'remix/session/memory-storage'

    let sessionStorage = createMemorySessionStorage()

    export { sessionStorage }
  `,
  'storage-interface': `
    import type { Session, SessionStorage } from 'remix/session'
    import { createSession } from 'remix/session'

    interface Printed {
      read(cookie: string): Promise<Session>
      save(session: Session): Promise<string>
    }

    let printed: Printed = {
      async read() { return createSession() },
      async save() { return '' },
    }
    let storage: SessionStorage = printed

    export { storage }
  `,
  'app/session': `
    // app/session.ts
    import { createCookie } from 'remix/cookie'
    import { createFsSessionStorage } from 'remix/session/fs-storage'

    export let sessionCookie = createCookie('__session', {
      httpOnly: true,
      secure: process.env.NODE_ENV === 'production',
      sameSite: 'Lax',
      secrets: [process.env.SESSION_SECRET!],
      maxAge: 60 * 60 * 24 * 7, // 1 week
    })

    export let sessionStorage = createFsSessionStorage('./sessions')
  `,
  'app/server': `
    // app/server.ts
    import { createRouter } from 'remix/fetch-router'
    import { session } from 'remix/session-middleware'
    import { Session } from 'remix/session'
    import { sessionCookie, sessionStorage } from './session.ts'
    import { route } from './route.ts'

    let router = createRouter({
      middleware: [
        session(sessionCookie, sessionStorage),
      ],
    })

    router.map(route, async ({ context }) => {
      let s = context.get(Session)

      // Read
      let userId = s.get('userId')

      // Write
      s.set('lastVisit', Date.now())

      // Flash (one-time read)
      let message = s.get('message')

      // Destroy (logout)
      // s.destroy()

      // Regenerate ID (after login)
      // s.regenerateId()
    })

    export { router }
  `,
  'app/route': `
    export const route = '/visit'
  `,
  'app/keys': `
    declare module 'remix/session' {
      interface SessionKeys {
        userId: number
        theme: string
        message: string
        cart: { productId: number; quantity: number }[]
        lastVisit: number
      }
    }

    export {}
  `,
}

type Example = keyof typeof EXAMPLES

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
  process.env['SESSION_SECRET'] = 'pY3rVq8sLw0xKb5nZt7uJd2mFh9cGa4e'
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
    assert.equal(await storage.save(await storage.read('')), '')
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

function inHandler(code: string): string {
  return `
    import type { Session } from 'remix/session'

    export function handler(session: Session): unknown {
      ${code.trim()}
      ${code.includes('return ') ? '' : 'return undefined'}
    }
  `
}

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
