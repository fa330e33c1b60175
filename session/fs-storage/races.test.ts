import assert from 'node:assert/strict'
import fs from 'node:fs'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { createFsSessionStorage } from './storage.ts'
import { playRequest } from '../testing/contract/request.ts'
import { nextMessage, startProcess } from '../fixtures/processes.ts'
import { permissionFor, withoutLinks } from './fixtures/node-options.ts'
import type { RaceAnswer, RaceOrder } from './fixtures/racer.ts'
import { rounds } from '../fixtures/exploring.ts'
import { kindsOfFiles, temporaryDirectoryInMemory } from '../fixtures/temporary-directory.ts'

const PAIRS = rounds(200)

/** Options of Node for each of the two. */
type OptionsOfProcess = (directory: string, i: number) => string[]

describe('two processes on one directory', () => {
  testPairs(PAIRS, () => [])
})

describe('two processes on one directory, of which one can make no symbolic links', () => {
  testPairs(PAIRS / 2, (directory, i) => (i === 0 ? permissionFor(directory) : []))
})

describe('two processes on one directory, which can make no links', () => {
  testPairs(PAIRS / 2, () => withoutLinks)
})

function testPairs(pairs: number, execArgv: OptionsOfProcess): void {
  const times = pairs.toLocaleString('en')
  it(`${times} pairs of destroy against save leave none alive`, async (t) => {
    const { directory, storage, ids, tooLate } = await race(t, pairs, ['destroy', 'save'], execArgv)
    const alive = []
    for (const id of ids) if ('kept' in (await storage.read(id)).data) alive.push(id)
    assert.equal(alive.length, 0)
    assert.equal(kindsOfFiles(directory).json, undefined)
    t.diagnostic(`${tooLate[1]} of ${pairs} saves came too late, the others just in time`)
  })

  it(`${times} pairs of replace against save leave none alive under the old id`, async (t) => {
    const { directory, storage, ids, tooLate } = await race(t, pairs, ['replace', 'save'], execArgv)
    for (const id of ids) assert.deepEqual((await storage.read(id)).data, {})
    // Whichever was first, what was saved is in the session that is left.
    const names = fs.readdirSync(directory).filter((name) => name.endsWith('.json'))
    assert.equal(names.length, pairs)
    let lost = 0
    for (const name of names) {
      if (!('late' in (await storage.read(name.slice(0, 64))).data)) lost++
    }
    assert.equal(lost, 0)
    t.diagnostic(`${tooLate[1]} of ${pairs} saves came too late, the others just in time`)
  })

  it(`${times} pairs of sets of different keys lose none`, async (t) => {
    const { storage, ids, tooLate } = await race(t, pairs, ['left', 'right'], execArgv)
    const lost = []
    for (const id of ids) {
      const { data } = await storage.read(id)
      if (!('left' in data && 'right' in data)) lost.push(id)
    }
    assert.equal(lost.length, 0)
    assert.deepEqual(tooLate, [0, 0])
  })
}

async function race(t: TestContext, pairs: number, roles: string[], execArgv: OptionsOfProcess) {
  const directory = temporaryDirectoryInMemory(t)
  const storage = createFsSessionStorage(directory, { purgeInterval: 0 })
  const ids: string[] = []
  for (let i = 0; i < pairs; i++) {
    ids.push(await playRequest(storage, '', (session) => session.set('kept' as string, i)))
  }
  const racers = roles.map((role, i) =>
    startProcess(t, 'fs-storage/fixtures/racer.ts', [directory, role], {
      execArgv: execArgv(directory, i),
    }),
  )
  const orderBoth = (order: RaceOrder): Promise<RaceAnswer[]> => {
    for (const racer of racers) racer.send(order)
    return Promise.all(racers.map((racer) => nextMessage<RaceAnswer>(racer)))
  }
  await orderBoth({ read: ids })
  const tooLate = [0, 0]
  for (const save of ids.keys()) {
    for (const [racer, answer] of (await orderBoth({ save })).entries()) {
      if (answer !== 'saved') tooLate[racer]!++
    }
  }
  for (const racer of racers) racer.disconnect()
  return { directory, storage, ids, tooLate }
}
