import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { it } from 'node:test'

function runTests(...args: string[]) {
  const { NODE_TEST_CONTEXT: _, REQUIRE_POSTGRES: _required, ...env } = process.env
  return spawnSync(process.execPath, ['e2e/run-unit-tests.ts', ...args], {
    cwd: path.join(import.meta.dirname, '..'),
    encoding: 'utf8',
    // None of these tests needs one, and to start it takes longer than they do.
    env: { ...env, WITHOUT_POSTGRES: '1' },
  })
}

it('runs what matches', () => {
  const { status, stdout } = runTests('db/text.t?st.ts')
  assert.equal(status, 0)
  assert.match(stdout, /^ℹ fail 0$/m)
})

it('fails when no test ran', () => {
  for (const pattern of ['db/no*.test.ts', "'db/*.test.ts'"]) {
    const { status, stderr } = runTests(pattern)
    assert.equal(status, 1, pattern)
    assert.match(stderr, /^No test ran$/m)
  }
})

it('fails when the files hold no test, or none that is not skipped', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'none-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'none.test.mjs')
  for (const content of ['', "import { it } from 'node:test'\nit.skip('later', () => {})\n"]) {
    writeFileSync(file, content)
    const { status, stderr } = runTests(file)
    assert.equal(status, 1, content)
    assert.match(stderr, /^No test ran$/m)
  }
})

it('fails when a file has its process end, and names it', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ending-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'ending.test.mjs')
  for (const end of ['process.exit(0)', "process.kill(process.pid, 'SIGKILL')"]) {
    writeFileSync(file, `import { it } from 'node:test'\nit('ends', () => ${end})\n`)
    const { status, stderr } = runTests('db/text.test.ts', file)
    assert.equal(status, 1, end)
    assert.match(stderr, /ending\.test\.mjs/)
  }
})

it('ends what a test began when that ends, and blames it for what it throws late', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'late-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'late.test.mjs')
  writeFileSync(
    file,
    `import { after, it } from 'node:test'
    import { setTimeout as wait } from 'node:timers/promises'
    it('begins', async () => { await wait(1); after(() => console.log('ended')) })
    it('goes on', () => console.log('next'))
    it('throws', async () => { setTimeout(() => { throw new Error('late') }, 1); await wait(50) })`,
  )
  const { status, stdout } = runTests(file)
  assert.equal(status, 1)
  assert.match(stdout, /^ended\n[^]*^next$/m)
  assert.match(stdout, /^✖ throws /m)
})

it('leaves out what starts processes or explores, when it has to be quick', () => {
  assert.match(runTests('--quick', 'app/environment/fit-node.test.ts').stderr, /^No test ran$/m)
  const { status, stdout } = runTests('--quick', 'db/users.test.ts')
  assert.equal(status, 0)
  assert.match(stdout, /address that is taken/)
  assert.doesNotMatch(stdout, /processes/)
})
