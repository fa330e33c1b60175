// Starts the shop on other runtimes, which are installed for the time of the test.
//
//   npm run test:runtimes -- --test-name-pattern Bun

import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { installRuntimes, RUNTIMES } from 'remix/session/testing/runtimes'
import { startServer } from '../app/testing/server.ts'
import { reader } from './accounts.ts'
import { Customer } from './customer.ts'

describe('the shop starts, and signs a customer in', () => {
  let packages: string | undefined

  before(() => {
    packages = installRuntimes()
  })

  after(() => {
    if (packages) rmSync(path.dirname(packages), { recursive: true })
  })

  for (const { name, program, serving } of RUNTIMES) {
    it(`on ${name}`, { skip: !serving && 'no TypeScript' }, async (t) => {
      const server = await startServer(t, {
        command: [path.join(packages!, program), ...serving!, 'app/server.ts'],
        env: { NODE_ENV: 'test', SESSION_STORAGE: 'fs', SESSION_DIR: './sessions' },
      })
      await server.ready()
      const customer = new Customer(server.origin)
      assert.equal((await customer.post('/login', { ...reader })).status, 303)
      assert.equal((await customer.get('/account')).status, 200)
    })
  }
})
