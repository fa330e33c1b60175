import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { promisify } from 'node:util'
import { findFreePort } from 'remix/session/testing/redis-server'
import { TestBrowser } from '../../app/testing/browser.ts'
import { readFeatures, withDependents } from './feature-table.ts'
import { copyProject, removeBrokenCases, removeUntestedRequirements, takeOut } from './take-out.ts'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '../..')
const features = readFeatures(root)
const node = ['-r', './app/environment/fit-node.cjs']

// Each alone takes minutes. By default half of them go together, the shop with what goes before it and one
// of the shared stores, and then the other half: what a row forgets shows all the same, unless another row
// happens to take that out.
const half = ['books', 'Redis']
const gone = new Set(half.flatMap((name) => withDependents(features, name)))
const otherHalf = features.filter((feature) => !gone.has(feature))
const all = features.map(({ name }) => [name])
const sets = process.env.EXPLORE === undefined ? [half, otherHalf.map(({ name }) => name)] : all

// Whoever takes a feature out has to find its lines among those that stay.
const MOST_LINES = 6
const crowded = /^app\/(routes|router|session|ui\/header)\.ts$|^db\/schema[^/]*\.ts$/

describe('the table of what can be taken out', () => {
  it('names files that are there, and words that stand in them', () => {
    for (const { name, places } of features) {
      for (const { patterns, words } of places) {
        const files = patterns.map((pattern) => globSync(pattern, { cwd: root }))
        for (const [index, found] of files.entries()) {
          assert.ok(found.length > 0, `${name}: there is no ${patterns[index]}`)
        }
        const texts = words.length === 0 ? [] : files.flat().map(readFile)
        for (const word of words) {
          assert.ok(
            texts.some((text) => text.includes(word)),
            `${name}: ${word} is not in ${patterns.join(', ')}`,
          )
        }
      }
    }
  })

  for (const names of sets) {
    it(`takes out ${names.join(', ')}, and what is left compiles`, async (t) => {
      const folder = await projectWithout(t, names)
      await assertTestsPass(folder, 'app/{config,session-values,auth/asvs}.test.ts')
      // All of the shop: who compiles only has not been tried yet.
      if (names.includes('books')) {
        await assertTestsPass(folder, '{app,app/account,app/inspector,app/ui,app/errors}/*.test.ts')
        await assertServesAccounts(t, folder)
      }
    })
  }
})

function readFile(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

async function projectWithout(t: TestContext, names: string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'taking-out-'))
  t.after(() => rmSync(folder, { recursive: true }))
  await copyProject(root, folder)
  for (const feature of new Set(names.flatMap((name) => withDependents(features, name)))) {
    for (const [file, lines] of takeOut(folder, feature)) {
      const places = `${feature.name} is ${lines} lines of ${file}`
      if (crowded.test(file)) assert.ok(lines <= MOST_LINES, places)
    }
  }
  assert.deepEqual(await removeBrokenCases(folder), [])
  removeUntestedRequirements(folder)
  return folder
}

/** Without other processes, on one storage. */
async function assertTestsPass(folder: string, files: string): Promise<void> {
  const args = [...node, 'e2e/run-unit-tests.ts', '--quick', files]
  const env = { ...process.env }
  delete env['NODE_TEST_CONTEXT'] // else they report to this one
  delete env['NODE_COMPILE_CACHE'] // what is compiled goes with the copy
  await run(process.execPath, args, { cwd: folder, env, maxBuffer: 1e8 }).catch(
    ({ stdout, stderr }: { stdout: string; stderr: string }) => {
      assert.fail(stdout.slice(stdout.indexOf('failing tests')) + stderr)
    },
  )
}

async function assertServesAccounts(t: TestContext, folder: string): Promise<void> {
  const PORT = String(await findFreePort())
  const publicOrigin = `http://localhost:${PORT}`
  const env = { PATH: process.env['PATH'], PORT, DATABASE_URL: ':memory:' }
  const server = spawn(process.execPath, [...node, 'app/server.ts'], { cwd: folder, env })
  t.after(() => server.kill('SIGKILL'))
  await once(server.stdout, 'data')

  const browser = new TestBrowser({ config: { publicOrigin }, fetch: ask }, Date.now)
  assert.equal((await browser.get('/')).status, 200)
  const visitor = { name: 'Nell', email: 'nell@example.com', password: 'a tree of many words' }
  const welcome = await browser.submit('/register', visitor)
  assert.equal(welcome.signedIn, true)
  assert.equal(welcome.notices.length, 1, welcome.text)
  assert.equal((await browser.get('/account')).status, 200)
  assert.match((await browser.get('/session')).text, /loginId/)
  assert.equal((await browser.submit('/logout')).signedIn, false)
  const back = await browser.login(visitor)
  assert.equal(back.signedIn, true)
  for (const path of ['/books', '/cart', '/checkout', '/orders', '/admin/books']) {
    assert.equal((await browser.get(path)).status, 404, path)
  }
}

function ask(request: Request): Promise<Response> {
  return fetch(request, { redirect: 'manual' })
}
