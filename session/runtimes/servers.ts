// Tests the programs of the README that serve sessions with other servers, which are installed for the
// time of the tests.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import fs from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Session } from 'remix/session'
import { SECRET } from '../fixtures/examples-at-work.ts'
import { Consumer, readmePrograms, SETTINGS } from '../pack/consumer.ts'
import { buildPackage } from '../pack/package.ts'

// What each imports tells its program from the others.
const PROGRAMS = {
  hono: "from 'hono'",
  h3: "from 'h3'",
  express: "from 'express'",
  'node-http': "from 'node:http'",
}

const PEERS = [
  'hono@4',
  'h3@2',
  'express@5',
  '@types/express@5',
  '@remix-run/node-fetch-server@0.14',
]

/** What is used of an application of Hono. */
interface Hono {
  fetch(request: Request): Promise<Response>
  get(path: string, handler: (c: HonoContext) => Response): void
  onError(handler: (error: Error, c: HonoContext) => Response): void
}

interface HonoContext {
  get(name: 'session'): () => Session
  header(name: string, value: string): void
  text(text: string, status?: number): Response
}

type App = Server | { fetch(request: Request): Response | Promise<Response> }

describe('a program of the README', () => {
  const cwd = process.cwd()
  let folder: string
  let consumer: Consumer

  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'packed-'))
    consumer = new Consumer(buildPackage(folder).tarball)
    consumer.install(PEERS)
    for (const [name, mark] of Object.entries(PROGRAMS)) {
      const program = readmePrograms().find(
        (text) => text.includes(mark) && text.includes('withSession'),
      )
      consumer.write(`src/app/${name}.ts`, program!)
    }
    consumer.compile({
      ...SETTINGS['nodenext with the types of Node'],
      skipLibCheck: true, // not ours
    })
    process.chdir(consumer.directory)
    process.env['SESSION_SECRET'] = SECRET
    process.env['PORT'] = '0'
  })

  after(() => {
    process.chdir(cwd)
    consumer?.close()
    fs.rmSync(folder, { recursive: true })
  })

  it('with Hono saves nothing of a handler that failed, and no header of a handler wins', async () => {
    const file = path.join(consumer.directory, 'dist/app/hono.js')
    const { default: app } = (await import(pathToFileURL(file).href)) as { default: Hono }
    app.get('/fail', (c) => {
      c.get('session')().set('color', 'red')
      throw new Error('boom')
    })
    app.get('/set', (c) => {
      c.get('session')().set('color', 'red')
      c.header('Cache-Control', 'public')
      c.header('Set-Cookie', 'theme=dark')
      return c.text('')
    })
    const errors: string[] = []
    app.onError(({ message }, c) => {
      errors.push(message)
      return c.text('', 500)
    })
    const failed = await app.fetch(new Request('http://localhost/fail'))
    assert.equal(failed.status, 500)
    assert.deepEqual(errors, ['boom'])
    assert.deepEqual(failed.headers.getSetCookie(), [])
    const set = await app.fetch(new Request('http://localhost/set'))
    assert.equal(set.headers.get('Cache-Control'), 'private')
    assert.deepEqual(
      set.headers.getSetCookie().map((header) => header.split('=')[0]),
      ['theme', '__session'],
    )
  })

  for (const name of Object.keys(PROGRAMS)) {
    it(`serves sessions: ${name}`, async (t) => {
      const file = path.join(consumer.directory, `dist/app/${name}.js`)
      const { default: app } = (await import(pathToFileURL(file).href)) as { default: App }
      if ('listening' in app) {
        t.after(() => app.close())
        if (!app.listening) await once(app, 'listening')
      }
      let Cookie = ''
      const texts = []
      for (let visit = 0; visit < 3; visit++) {
        const response = await send(app, Cookie)
        assert.equal(response.headers.get('Cache-Control'), 'private, no-store')
        Cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? Cookie
        texts.push(await response.text())
      }
      assert.deepEqual(texts, ['Visit 1', 'Visit 2', 'Visit 3'])
    })
  }
})

function send(app: App, Cookie: string): Promise<Response> | Response {
  if ('fetch' in app) return app.fetch(new Request('http://localhost/', { headers: { Cookie } }))
  const { port } = app.address() as AddressInfo
  return fetch(`http://localhost:${port}/`, { headers: { Cookie, Connection: 'close' } })
}
