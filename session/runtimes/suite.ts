// Tests the package, the shop and the declarations where others run them. The runtimes are installed
// for the time of the tests.
//
//   npm run test:runtimes
//   npm run test:runtimes -- --test-name-pattern Bun

import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { startServer } from '../../app/testing/server.ts'
import { Customer } from '../../e2e/customer.ts'
import { reader } from '../../e2e/accounts.ts'
import { Consumer, SETTINGS } from '../pack/consumer.ts'
import { buildPackage, run } from '../pack/package.ts'
import { installPeers } from '../pack/peers.ts'
import { bundleForWorkers } from './bundle.ts'
import type { Miniflare } from './miniflare.ts'

interface Runtime {
  name: string
  /** Its program, among the installed packages. */
  program: string
  /** What comes before the tests of a package. */
  testing: string[]
  /** What comes before the program of the shop, where it can run that. */
  serving?: string[]
}

const node = (version: number, runsTypeScript: boolean): Runtime => ({
  name: `Node ${version}`,
  program: `node${version}/bin/node`,
  testing: ['--test'],
  ...(runsTypeScript && { serving: [] }),
})

const RUNTIMES: Runtime[] = [
  node(20, false),
  node(22, true),
  node(24, true),
  node(26, true),
  { name: 'Bun', program: '.bin/bun', testing: ['test'], serving: [] },
  {
    name: 'Deno',
    program: '.bin/deno',
    testing: ['test', '--allow-all', '--no-check'],
    serving: ['run', '--allow-all', '--no-check'],
  },
]

const PEERS = {
  node20: 'npm:node@20',
  node22: 'npm:node@22',
  node24: 'npm:node@24',
  node26: 'npm:node@26',
  bun: '1',
  deno: '2',
  miniflare: '4',
  'typescript-5.9': 'npm:typescript@5.9',
}

let folder: string
let peers: string
let consumer: Consumer

before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'runtimes-'))
  peers = path.join(installPeers(PEERS), 'node_modules')
  consumer = new Consumer(buildPackage(folder).tarball)
  consumer.compile(SETTINGS['nodenext with the types of Node']!)
})

after(() => {
  consumer?.close()
  fs.rmSync(folder, { recursive: true })
  if (peers) fs.rmSync(path.dirname(peers), { recursive: true })
})

for (const { name, program, testing, serving } of RUNTIMES) {
  describe(name, () => {
    it('passes the suite of storages and runs the documentation', (t) => {
      const runtime = path.join(peers, program)
      t.diagnostic(run(runtime, ['--version'], peers).split('\n')[0]!)
      const tests = consumer.tests.map((test) => `./${test}`)
      run(runtime, [...testing, ...tests], consumer.directory, {
        ...process.env,
        NODE_TEST_CONTEXT: undefined,
      })
    })

    it(
      'starts the shop, which signs a customer in',
      { skip: !serving && 'no TypeScript' },
      async (t) => {
        const server = await startServer(t, {
          command: [path.join(peers, program), ...serving!, 'app/server.ts'],
          env: { NODE_ENV: 'test', SESSION_STORAGE: 'fs', SESSION_DIR: './sessions' },
        })
        await server.ready()
        const customer = new Customer(server.origin)
        assert.equal((await customer.post('/login', { ...reader })).status, 303)
        const account = await customer.get('/account')
        assert.equal(account.status, 200)
      },
    )
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
