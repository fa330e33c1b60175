import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { describe, it, mock } from 'node:test'
import type { TestContext } from 'node:test'
import { SessionStoreError, SessionTooLargeError } from 'remix/session'
import { createFsSessionStorage } from 'remix/session/fs-storage'
import type { FsSessionStorage, FsSessionStorageOptions } from 'remix/session/fs-storage'
import { createFakeClock, lookInto, playRequest } from 'remix/session/testing'
import { childEnvironment } from '../fixtures/processes.ts'
import { kindsOfFiles, temporaryDirectory } from '../fixtures/temporary-directory.ts'

const KEY: string = 'color'

function open(t: TestContext, options: FsSessionStorageOptions = {}) {
  const directory = path.join(temporaryDirectory(t), 'sessions')
  const storage = createFsSessionStorage(directory, {
    purgeInterval: 0,
    ownThread: true,
    ...options,
  })
  t.after(() => storage.close())
  return { directory, storage }
}

function begin(storage: FsSessionStorage): Promise<string> {
  return playRequest(storage, '', (session) => session.set(KEY, 'red'))
}

describe('session files in a thread of their own', () => {
  it('no file is opened, written or moved in the thread of the server', async (t) => {
    const { directory, storage } = open(t)
    const own = ['openSync', 'writeFileSync', 'renameSync', 'linkSync', 'symlinkSync']
    const calls = own.map((name) => mock.method(fs, name as 'openSync').mock)
    t.after(() => mock.restoreAll())
    const id = await begin(storage)
    await playRequest(storage, id, (session) => session.set(KEY, 'blue'))
    assert.deepEqual(await lookInto(storage, id), { [KEY]: 'blue' })
    await storage.purge()
    await playRequest(storage, id, (session) => session.destroy())
    // Node opens files as well, such as those of modules.
    const files = calls.flatMap(({ calls }) => calls.map(({ arguments: [file] }) => String(file)))
    assert.deepEqual(
      files.filter((file) => file.startsWith(directory)),
      [],
    )
    assert.deepEqual(kindsOfFiles(directory), { gone: 1 })
  })

  it('a session that is too large is the same error, with the same details', async (t) => {
    const { storage } = open(t, { maxBytes: 2000 })
    const id = await begin(storage)
    const save = playRequest(storage, id, (session) => session.set(KEY, 'x'.repeat(3000)))
    await assert.rejects(save, (error: Error) => {
      assert.ok(error instanceof SessionTooLargeError)
      assert.equal(error.name, 'SessionTooLargeError')
      assert.match(error.message, /color \(3002 bytes\)/)
      assert.equal(error.limit, 2000)
      assert.ok(error.bytes > 3000)
      return true
    })
  })

  it('a directory that cannot be used is refused at the start', (t) => {
    const file = path.join(temporaryDirectory(t), 'file')
    fs.writeFileSync(file, '')
    assert.throws(() => createFsSessionStorage(file, { ownThread: true }), SessionStoreError)
  })

  it('a thread that could not go on fails what waits for it, and another one takes over', async (t) => {
    const { directory, storage } = open(t)
    fs.rmdirSync(directory)
    fs.writeFileSync(directory, '')
    const saves = await Promise.allSettled([begin(storage), begin(storage)])
    for (const save of saves) {
      assert.ok(save.status === 'rejected' && save.reason instanceof SessionStoreError)
      assert.match(save.reason.message, /thread of the session files is gone: Cannot keep/)
      assert.equal(save.reason.status, 503)
    }
    fs.unlinkSync(directory)
    const id = await begin(storage)
    assert.deepEqual(await lookInto(storage, id), { [KEY]: 'red' })
  })

  it('a fault of the disk is a SessionStoreError with its code', async (t) => {
    const { directory, storage } = open(t)
    const id = await begin(storage)
    fs.renameSync(directory, `${directory}.away`)
    fs.writeFileSync(directory, '')
    await assert.rejects(lookInto(storage, id), (error: Error) => {
      assert.ok(error instanceof SessionStoreError)
      assert.equal(error.code, 'ENOTDIR')
      assert.ok(!error.message.includes(id))
      assert.match(error.stack!, /fs-storage\/directory\.ts/, 'it tells where that was')
      return true
    })
  })

  it('purges by the clock of the storage', async (t) => {
    const clock = createFakeClock()
    const { directory, storage } = open(t, { maxAge: 60, now: clock.now })
    await begin(storage)
    assert.deepEqual(await storage.purge(), { sessions: 1, expired: 0, leftOvers: 0 })
    clock.advance(600) // more than a minute after the file was written, too
    assert.deepEqual(await storage.purge(), { sessions: 1, expired: 1, leftOvers: 0 })
    assert.deepEqual(fs.readdirSync(directory), [])
  })

  it('a storage that was closed starts another thread when it is used', async (t) => {
    const { storage } = open(t)
    const id = await begin(storage)
    storage.close()
    assert.deepEqual(await lookInto(storage, id), { [KEY]: 'red' })
  })

  it('close ends the thread, when nobody waits for it any more', (t) => {
    if (process.platform !== 'linux') return t.skip('threads are counted in /proc')
    const answer = runScript(
      t,
      `
      const countThreads = () => readdirSync('/proc/self/task').length
      const before = countThreads()
      await storage.save(createSession({ color: 'red' }))
      console.log('started', countThreads() - before)
      const last = storage.save(createSession({ color: 'blue' }))
      storage.close()
      console.log((await last).length)
      while (countThreads() > before) await wait(5)
      console.log('ended')
      `,
    )
    assert.deepEqual(answer, { status: 0, output: 'started 1\n64\nended\n' })
  })

  it('keeps a process alive for what it waits for, and then no longer', (t) => {
    const answer = runScript(
      t,
      `
      const id = await storage.save(createSession({ color: 'red' }))
      storage.read(id).then((session) => console.log(session.get('color')))
      `,
    )
    assert.deepEqual(answer, { status: 0, output: 'red\n' })
  })
})

/** Runs a script in a process of its own, which must end by itself. */
function runScript(t: TestContext, script: string): { status: number | null; output: string } {
  const beginning = `
    import { readdirSync } from 'node:fs'
    import { setTimeout as wait } from 'node:timers/promises'
    import { createSession } from 'remix/session'
    import { createFsSessionStorage } from 'remix/session/fs-storage'
    const storage = createFsSessionStorage(process.argv[1], { ownThread: true })
  `
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', beginning + script, temporaryDirectory(t)],
    { env: childEnvironment(), cwd: import.meta.dirname, timeout: 240_000, encoding: 'utf8' },
  )
  return { status, output: stdout + stderr }
}
