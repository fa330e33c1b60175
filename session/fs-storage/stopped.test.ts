import assert from 'node:assert/strict'
import fs from 'node:fs'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { createFsSessionStorage } from 'remix/session/fs-storage'
import type { Session } from 'remix/session'
import { createFakeClock, lookInto, playRequest } from 'remix/session/testing'
import { temporaryDirectoryInMemory } from '../fixtures/temporary-directory.ts'

const KEY: string = 'color'
const HOUR = 3600

describe('a save that stops at any step, and the purge that comes an hour later', () => {
  for (const [what, change] of Object.entries<(session: Session) => void>({
    set: (session) => session.set(KEY, 'blue'),
    destroy: (session) => session.destroy(),
    reset: (session) => session.reset(),
    regenerateId: (session) => session.regenerateId(),
    'regenerateId that keeps the old id': (session) => session.regenerateId(false),
  })) {
    it(`${what}: the purge brings nothing back`, async (t) => {
      const directory = temporaryDirectoryInMemory(t)
      const clock = createFakeClock()
      const storage = createFsSessionStorage(directory, { purgeInterval: 0, now: clock.now })
      let step = 0
      for (let stopped = true; stopped; step++) {
        const id = await playRequest(storage, '', (session) => session.set(KEY, 'red'))
        const session = await storage.read(id)
        change(session)
        stopped = await stopAt(t, step, () => storage.save(session))
        const left = await lookInto(storage, id)
        clock.advance(HOUR + 60)
        await storage.purge()
        assert.deepEqual(await lookInto(storage, id), left, `stopped at step ${step}`)
      }
      assert.ok(step > 2, 'no step was stopped at: the test proves nothing')
    })
  }
})

/**
 * Stops as a process does that is killed before its file operation of this number: what comes after it
 * changes nothing any more.
 *
 * @returns Whether there were so many
 */
async function stopAt(
  t: TestContext,
  step: number,
  action: () => Promise<unknown>,
): Promise<boolean> {
  let done = 0
  const operations = [
    'openSync',
    'writeFileSync',
    'linkSync',
    'symlinkSync',
    'renameSync',
    'unlinkSync',
  ]
  const mocks = operations.map((name) => {
    const original = fs[name as 'unlinkSync']
    return t.mock.method(fs, name as 'unlinkSync', (...parameters: Parameters<typeof original>) => {
      if (done++ < step) return original(...parameters)
      throw Object.assign(new Error('killed'), { code: 'EIO' })
    })
  })
  await action().catch(() => {})
  for (const { mock } of mocks) mock.restore()
  return done > step
}
