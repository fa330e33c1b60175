import assert from 'node:assert/strict'
import path from 'node:path'
import { it } from 'node:test'
import { bundleForWorkers } from './bundle.ts'

it('cookies, cookie and memory storage and the middleware need nothing of Node but its crypto', () => {
  const { imports } = bundleForWorkers(path.join(import.meta.dirname, 'worker.ts'))
  assert.deepEqual(imports, ['node:crypto'])
})
