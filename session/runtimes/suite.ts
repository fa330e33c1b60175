// Tests the package and its declarations where others run them. The runtimes are installed
// for the time of the tests.
//
//   npm run test:runtimes
//   npm run test:runtimes -- --test-name-pattern Bun

import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { installRuntimes, RUNTIMES } from '../fixtures/runtimes.ts'
import { Consumer, SETTINGS } from '../pack/consumer.ts'
import { buildPackage, run } from '../pack/package.ts'
import { bundleForWorkers } from './bundle.ts'
import type { Miniflare } from './miniflare.ts'

let folder: string
let peers: string
let consumer: Consumer

before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'runtimes-'))
  peers = installRuntimes({ miniflare: '4', 'typescript-5.9': 'npm:typescript@5.9' })
  consumer = new Consumer(buildPackage(folder).tarball)
  consumer.compile(SETTINGS['nodenext with the types of Node']!)
})

after(() => {
  consumer?.close()
  fs.rmSync(folder, { recursive: true })
  if (peers) fs.rmSync(path.dirname(peers), { recursive: true })
})

for (const { name, program, testing } of RUNTIMES) {
  describe(name, () => {
    it('passes the suite of storages and the tests of device binding, and runs the documentation', (t) => {
      const runtime = path.join(peers, program)
      t.diagnostic(run(runtime, ['--version'], peers).split('\n')[0]!)
      const tests = consumer.tests.map((test) => `./${test}`)
      run(runtime, [...testing, ...tests], consumer.directory, {
        ...process.env,
        NODE_TEST_CONTEXT: undefined,
      })
    })
  })
}

describe('workerd', () => {
  let miniflare: Miniflare

  before(async () => {
    const { code } = bundleForWorkers(path.join(import.meta.dirname, 'worker.ts'))
    const { Miniflare } = await import(path.join(peers, 'miniflare/dist/src/index.js'))
    miniflare = new Miniflare({
      modules: [{ type: 'ESModule', path: 'worker.js', contents: code }],
      compatibilityDate: '2024-09-23', // since which nodejs_compat has all that is needed
      compatibilityFlags: ['nodejs_compat'],
    })
  })

  after(() => miniflare?.dispose())

  for (const storage of ['cookie', 'memory']) {
    it(`keeps sessions in ${storage}`, async () => {
      let cookie = ''
      async function visit(page: string): Promise<string> {
        const url = `http://localhost/${storage}/${page}`
        const response = await miniflare.dispatchFetch(url, { headers: { Cookie: cookie } })
        assert.equal(response.status, 200, await response.clone().text())
        cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
        return response.text()
      }
      await visit('set')
      assert.equal(await visit('show'), '{"color":"red"}')
      await visit('flash')
      assert.equal(await visit('read'), '"welcome"')
      assert.equal(await visit('read'), 'null')
      const before = cookie
      await visit('login')
      assert.notEqual(cookie, before)
      assert.equal(await visit('show'), '{"color":"red"}')
      await visit('logout')
      assert.equal(cookie, 'session=')
    })
  }
})

describe('TypeScript 5.9', () => {
  for (const [name, settings] of Object.entries(SETTINGS)) {
    it(`finds nothing under ${name}`, () => {
      consumer.compile(settings, path.join(peers, 'typescript-5.9/bin/tsc'))
    })
  }
})
