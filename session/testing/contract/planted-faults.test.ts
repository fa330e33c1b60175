import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { childEnvironment, scriptFile } from '../../fixtures/processes.ts'

const AT_ONCE =
  'of destroy and regenerateId begun at the same moment one wins, and the other one is told'
const SHOWN = 'what was saved is what the session shows afterwards, and its limits'
const LARGE = 'a large session is stored whole, or refused and left as it was'

/** Stores with a fault, and tests of the contract that must see it. */
const SEEN: Record<string, string[]> = {
  'delete in two steps': [AT_ONCE],
  'delete in two steps, over a network': [AT_ONCE],
  'update in two steps': ['destroy wins against any save begun at the same moment'],
  'replace in two steps': [AT_ONCE, 'of two that regenerate the id at once, one wins'],
  'the old record as the answer of update': [SHOWN],
  'the old record as the answer of replace': [SHOWN],
  'numbers of 14 digits': ['every kind of JSON value comes back as it was'],
  'room for 65,535 bytes': [LARGE],
}

describe('the contract', () => {
  const failed = findFailures()

  it('is kept by a store without a fault, also by one that takes its time', () => {
    for (const store of failed.keys()) assert.ok(store in SEEN, `${store} fails`)
  })

  for (const [store, tests] of Object.entries(SEEN)) {
    it(`is broken by one with the fault: ${store}`, () => {
      for (const name of tests) assert.ok(failed.get(store)?.has(name), `passes: ${name}`)
    })
  }
})

/** The names of the tests that fail, for each store. */
function findFailures(): Map<string, Set<string>> {
  const script = scriptFile('testing/contract/fixtures/planted-stores.ts')
  const { stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', script], {
    env: childEnvironment(),
    encoding: 'utf8',
    maxBuffer: Infinity,
  })
  const failures = new Map<string, Set<string>>()
  let current = new Set<string>()
  // A suite comes after its tests.
  for (const [, spaces, not, name] of stdout.matchAll(/^( *)(not )?ok \d+ - (.*)$/gm)) {
    if (spaces !== '') {
      if (not) current.add(name!)
      continue
    }
    if (not) failures.set(name!, current)
    current = new Set()
  }
  return failures
}
