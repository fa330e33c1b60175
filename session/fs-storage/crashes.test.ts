import assert from 'node:assert/strict'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { createFsSessionStorage } from './storage.ts'
import { SessionDirectory } from './directory.ts'
import { LOCKED } from './lock.ts'
import { noChanges } from '../record.ts'
import { playRequest } from '../testing/contract/request.ts'
import { isWhole, largeValue } from './fixtures/large-value.ts'
import { nextMessage, startProcess } from '../fixtures/processes.ts'
import { rounds } from '../fixtures/exploring.ts'
import { kindsOfFiles, temporaryDirectoryInMemory } from '../fixtures/temporary-directory.ts'

const KILLS = rounds(60)
// Of each of two processes.
const WRITES = rounds(50)
const LANES = 2
const KEY: string = 'large'

describe('processes that crash, and sessions that are large', () => {
  it('kill -9 during saves of a 200 KB session leaves none unreadable', async (t) => {
    const bytes = 200_000
    const directory = temporaryDirectoryInMemory(t)
    let hours = 0
    const storage = createFsSessionStorage(directory, {
      purgeInterval: 0,
      now: () => Date.now() + hours * 3_600_000,
    })
    const sessions = new SessionDirectory(directory, 1024 * 1024)
    let locks = 0
    const ids: string[] = []
    for (let i = 0; i < LANES; i++) {
      const value = largeValue(bytes)
      ids.push(await playRequest(storage, '', (session) => session.set(KEY, value)))
    }

    async function killAndLook(id: string): Promise<void> {
      const saver = startProcess(t, 'fs-storage/fixtures/saver.ts', [
        directory,
        String(bytes),
        '0',
        id,
      ])
      await nextMessage(saver)
      await wait(Math.random() * 8)
      saver.kill('SIGKILL')
      await once(saver, 'exit')
      if (fs.lstatSync(path.join(directory, `${id}.lock`), { throwIfNoEntry: false })) locks++
      assert.ok(isWhole((await storage.read(id)).get(KEY), bytes))
      // The lock of a dead process is broken by the first who comes, not after a time-out.
      assert.notEqual(sessions.update(id, noChanges()), LOCKED)
    }

    await Promise.all(
      ids.map(async (id) => {
        // And on until one has hit a save.
        for (let kill = 0; kill < KILLS / LANES || (locks === 0 && kill < 10 * KILLS); kill++) {
          await killAndLook(id)
        }
      }),
    )
    const { tmp = 0 } = kindsOfFiles(directory)
    assert.ok(locks > 0, 'no kill hit a save: the test proves nothing')

    hours = 2
    await storage.purge()
    assert.deepEqual(kindsOfFiles(directory), { json: LANES })
    t.diagnostic(`left behind and collected: ${tmp} temporary files; broken: ${locks} locks`)
  })

  it('a reader during concurrent writes of 500 KB sees each time a whole one', async (t) => {
    const bytes = 500_000
    const directory = temporaryDirectoryInMemory(t)
    const storage = createFsSessionStorage(directory, { purgeInterval: 0 })
    const id = await playRequest(storage, '', (session) => session.set(KEY, largeValue(bytes)))
    const savers = [1, 2].map(() =>
      startProcess(t, 'fs-storage/fixtures/saver.ts', [
        directory,
        String(bytes),
        String(WRITES),
        id,
      ]),
    )
    const seen = new Set<string>()
    const ends = savers.map(async (saver) => (await once(saver, 'exit'))[0] as number)
    const isRunning = (): boolean => savers.some((saver) => saver.exitCode === null)
    while (isRunning()) {
      const value = (await storage.read(id)).get(KEY)
      assert.ok(isWhole(value, bytes))
      seen.add((value as { digest: string }).digest)
      await wait(1)
    }
    assert.deepEqual(await Promise.all(ends), [0, 0])
    assert.ok(seen.size > 1)
    assert.deepEqual(kindsOfFiles(directory), { json: 1 })
    t.diagnostic(`${seen.size} different states were read`)
  })
})
