import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { createFsSessionStorage } from 'remix/session/fs-storage'
import type { FsSessionStorage, FsSessionStorageOptions } from 'remix/session/fs-storage'
import type { Session } from 'remix/session'
import { createFakeClock, playRequest } from 'remix/session/testing'
import { kindsOfFiles, temporaryDirectory } from '../fixtures/temporary-directory.ts'

const KEY: string = 'color'
const HOUR = 3600
const DAY = 24 * HOUR

for (const ownThread of [false, true]) {
  describe(`a purge of session files${ownThread ? ' in a thread of their own' : ''}`, () => {
    it('deletes what the cookie’s limit has ended, and keeps a longer one of its own', async (t) => {
      const { clock, open } = prepare(t, ownThread)
      const storage = open(30 * DAY)
      const guest = await begin(storage, DAY)
      const remembered = await begin(storage, DAY, (session) => session.setMaxAge(30 * DAY))
      clock.advance(DAY - 1)
      assert.equal((await storage.purge()).expired, 0)
      clock.advance(600) // more than a day after the files were written, too
      assert.equal((await storage.purge()).expired, 1)
      assert.equal(await isAlive(storage, guest, DAY), false)
      clock.advance(28 * DAY)
      assert.equal((await storage.purge()).expired, 0)
      assert.equal(await isAlive(storage, remembered, DAY), true)
    })

    it('deletes nothing that lives by the limit of another cookie, which it has not seen', async (t) => {
      const { clock, open } = prepare(t, ownThread)
      const visitor = await begin(open(30 * DAY), 7 * DAY)
      const storage = open(30 * DAY)
      await begin(storage, HOUR)
      clock.advance(6 * DAY)
      assert.equal((await storage.purge()).expired, 1)
      assert.equal(await isAlive(storage, visitor, 7 * DAY), true)
    })

    it('deletes nothing that lives since its limit was raised', async (t) => {
      const { clock, open } = prepare(t, ownThread)
      const visitor = await begin(open(7 * DAY), 7 * DAY)
      clock.advance(6 * DAY)
      const storage = open(30 * DAY)
      await begin(storage, 30 * DAY)
      await begin(storage, HOUR) // with another cookie
      clock.advance(6 * DAY)
      assert.equal((await storage.purge()).expired, 0)
      assert.equal(await isAlive(storage, visitor, 30 * DAY), true)
    })

    it('deletes those of guests whose cookies never came back, and no others', async (t) => {
      const { clock, open } = prepare(t, ownThread)
      const storage = open(7 * DAY, { loginKey: 'login', firstMaxAge: HOUR })
      await begin(storage, 7 * DAY)
      const back = await begin(storage, 7 * DAY)
      await playRequest(storage, back, (session) => session.get(KEY), { maxAge: 7 * DAY })
      const user = await begin(storage, 7 * DAY, (session) => session.set('login', 1))
      clock.advance(HOUR + 10)
      assert.equal((await storage.purge()).expired, 1)
      for (const id of [back, user]) assert.equal(await isAlive(storage, id, 7 * DAY), true)
    })

    it('keeps what was set aside a moment ago, however old it is: somebody may look at it', async (t) => {
      const { open, directory } = prepare(t, ownThread)
      const storage = open(DAY)
      const id = await begin(storage, DAY)
      const file = path.join(directory, `${id}.json`)
      fs.writeFileSync(file, '{')
      fs.utimesSync(file, 1, 1)
      assert.equal(await isAlive(storage, id, DAY), false)
      await storage.purge()
      assert.deepEqual(kindsOfFiles(directory), { corrupt: 1 })
    })
  })
}

function prepare(t: TestContext, ownThread: boolean) {
  const directory = temporaryDirectory(t)
  const clock = createFakeClock()
  const open = (maxAge?: number, more: FsSessionStorageOptions = {}): FsSessionStorage => {
    const limits = { maxAge, lifetime: 60 * DAY, now: clock.now }
    const storage = createFsSessionStorage(directory, {
      ...limits,
      ...more,
      ownThread,
      purgeInterval: 0,
    })
    t.after(() => storage.close())
    return storage
  }
  return { clock, open, directory }
}

function begin(
  storage: FsSessionStorage,
  maxAge: number,
  more: (session: Session) => unknown = () => {},
): Promise<string> {
  const handle = (session: Session): unknown => {
    session.set(KEY, 'red')
    return more(session)
  }
  return playRequest(storage, '', handle, { maxAge })
}

async function isAlive(storage: FsSessionStorage, id: string, maxAge: number): Promise<boolean> {
  return (await storage.read(id, { maxAge, flashes: 'keep' })).get(KEY) === 'red'
}
