import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { it } from 'node:test'

function runTests(...args: string[]) {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  return spawnSync(process.execPath, ['e2e/run-unit-tests.ts', ...args], {
    cwd: path.join(import.meta.dirname, '..'),
    encoding: 'utf8',
    env,
  })
}

it('runs what matches', () => {
  const { status, stdout } = runTests('db/text.t?st.ts')
  assert.equal(status, 0)
  assert.match(stdout, /^ℹ fail 0$/m)
})

it('fails when no test ran', () => {
  assert.match(runTests('db/no*.test.ts').stderr, /^No test ran$/m)
  for (const pattern of ['db/no*.test.ts', "'db/text.test.ts'", "'db/*.test.ts'"]) {
    assert.equal(runTests(pattern).status, 1, pattern)
  }
})

it('leaves out what starts processes or explores, when it has to be quick', () => {
  assert.match(runTests('--quick', 'app/environment/fit-node.test.ts').stderr, /^No test ran$/m)
  const { status, stdout } = runTests('--quick', 'db/users.test.ts')
  assert.equal(status, 0)
  assert.match(stdout, /address that is taken/)
  assert.doesNotMatch(stdout, /processes/)
})
