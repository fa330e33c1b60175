import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { createCookie } from 'remix/cookie'
import { createRouter } from 'remix/fetch-router'
import { createCookieSessionStorage } from 'remix/session-storage/cookie'
import { createFsSessionStorage } from 'remix/session-storage/fs'
import { createMemorySessionStorage } from 'remix/session-storage/memory'
import { session } from 'remix/middleware/session'
import { createMigratingSessionStorage } from 'remix/session/migrating-storage'
import {
  createPublishedCookieStorage,
  createPublishedFsStorage,
} from 'remix/session/published-storage'
import type { SessionStorage } from 'remix/session'
import { temporaryDirectory } from '../fixtures/temporary-directory.ts'

const SECRET = 'pY3rVq8sLw0xKb5nZt7uJd2mFh9cGa4e'
const cookie = createCookie('__session', { secrets: ['nE2wKq7pXv4mRz9sTb6yHc3dGf8jLa5u'] })
const secrets = ['a secret that came after', SECRET]

// What @remix-run/session 0.4.2 and @remix-run/cookie 0.7.0 made of { userId: 42, name: 'Käthe 📚' }, a
// flash 'Hi' under message, and the secret above.
const FILE = {
  name: 'e3/38cb443fc3b803617afe846d3c6794f2a8ad8eaad185c04d8cb44afec6b0c1',
  text: '[{"userId":42,"name":"Käthe 📚"},{"message":"Hi"}]',
  cookie:
    '__session=NDdjYTAwNjMtNjViOS00ZTJlLTkzMzItYTM3YzEwOTc4ZDE5.0WWHPeh1gbJtjG4SdlrXLu/kJTGxtlApmYu8tddHBSM',
}
const COOKIE =
  '__session=eyJpIjoiZDc2MDdhOTEtYjI5ZS00OGVhLWJkZDItNjA5YzA5YWI2NzdhIiwiZCI6W3sidXNlcklkIjo0MiwibmFtZSI6IkvDpHRoZSDwn5OaIn0seyJtZXNzYWdlIjoiSGkifV19.fgSLQvzoG5/pqTP3Wa0tAGCGK1BpUfHQ2AyLvYwgPjQ'

const NEW = {
  memory: () => createMemorySessionStorage(),
  cookie: () => createCookieSessionStorage(cookie),
  files: (t: TestContext) => {
    const storage = createFsSessionStorage(path.join(temporaryDirectory(t), 'new'))
    t.after(() => storage.close())
    return storage
  },
}

function serve(from: SessionStorage, to: SessionStorage) {
  const storage = createMigratingSessionStorage(cookie, { from, to })
  const router = createRouter({ middleware: [session(cookie, storage)] })
  router.get('/', (context) => Response.json(context.session.data))
  router.get('/read', (context) => Response.json(context.session.get('message') ?? null))
  router.post('/logout', (context) => {
    context.session.destroy()
    return new Response()
  })
  return async (Cookie: string, path = '/', method = 'GET') => {
    const response = await router.fetch(`http://localhost${path}`, { method, headers: { Cookie } })
    const held = response.headers.getSetCookie()[0]?.split(';')[0] ?? Cookie
    return { data: method === 'GET' ? await response.json() : undefined, cookie: held }
  }
}

function oldFiles(t: TestContext): { directory: string; file: string } {
  const directory = temporaryDirectory(t)
  const file = path.join(directory, FILE.name)
  fs.mkdirSync(path.dirname(file))
  fs.writeFileSync(file, FILE.text)
  return { directory, file }
}

const DATA = { userId: 42, name: 'Käthe 📚', message: 'Hi' }
const { message: _, ...VALUES } = DATA

for (const [name, create] of Object.entries(NEW)) {
  describe(`sessions of @remix-run/session move to ${name}`, () => {
    it('from files, which are gone then', async (t) => {
      const { directory, file } = oldFiles(t)
      const visit = serve(createPublishedFsStorage(cookie, directory, { secrets }), create(t))
      const first = await visit(FILE.cookie)
      assert.deepEqual(first.data, DATA)
      assert.notEqual(first.cookie, FILE.cookie)
      assert.deepEqual((await visit(first.cookie, '/read')).data, 'Hi')
      if (name !== 'cookie') {
        assert.equal(fs.existsSync(file), false)
        // Sent before the answer with the new cookie came.
        assert.deepEqual((await visit(FILE.cookie)).data, VALUES)
        await visit(first.cookie, '/logout', 'POST')
        assert.deepEqual((await visit(FILE.cookie)).data, {})
        assert.deepEqual((await visit(first.cookie)).data, {})
      }
    })

    it('from cookies', async (t) => {
      const visit = serve(createPublishedCookieStorage(cookie, { secrets }), create(t))
      const first = await visit(COOKIE)
      assert.deepEqual(first.data, DATA)
      assert.notEqual(first.cookie, COOKIE)
      assert.deepEqual((await visit(first.cookie)).data, DATA)
    })
  })
}

describe('an old cookie', () => {
  const spoilt = [
    FILE.cookie.replace('NDdj', 'NDdk'),
    `${FILE.cookie}A`,
    FILE.cookie.replace('__session=', '__session=.'),
    COOKIE.replace('eyJp', 'eyJq'),
    '__session=.',
    '__session=',
  ]

  it('with any other signature is a new session', async (t) => {
    const { directory, file } = oldFiles(t)
    for (const from of [
      createPublishedFsStorage(cookie, directory, { secrets }),
      createPublishedCookieStorage(cookie, { secrets }),
    ]) {
      const visit = serve(from, createMemorySessionStorage())
      for (const one of spoilt) assert.deepEqual((await visit(one)).data, {}, one)
    }
    const visit = serve(createPublishedFsStorage(cookie, directory), createMemorySessionStorage())
    assert.deepEqual((await visit(FILE.cookie)).data, {}, 'of another secret')
    assert.ok(fs.existsSync(file))
  })

  it('whose file is gone or cannot be understood is a new session, and no error', async (t) => {
    const { directory, file } = oldFiles(t)
    const from = createPublishedFsStorage(cookie, directory, { secrets })
    const visit = serve(from, createMemorySessionStorage())
    for (const text of ['', '[', '{}', '[1,2]', '[[],{}]', '[{"a":1}]']) {
      fs.writeFileSync(file, text)
      assert.deepEqual((await visit(FILE.cookie)).data, {}, text)
    }
    fs.unlinkSync(file)
    assert.deepEqual((await visit(FILE.cookie)).data, {})
  })
})
