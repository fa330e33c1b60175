import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { describe, it } from 'node:test'
import { createFsSessionStorage } from 'remix/session/fs-storage'
import { createSessionId } from 'remix/session'
import { createFakeClock, lookInto, playRequest } from 'remix/session/testing'
import { childEnvironment } from '../fixtures/processes.ts'
import {
  kindsOfFiles,
  temporaryDirectory,
  temporaryDirectoryInMemory,
} from '../fixtures/temporary-directory.ts'

const KEY: string = 'color'
const HOUR = 3600

describe('purging a session directory', () => {
  it('deletes the expired, and leaves the living and what it does not know', async (t) => {
    const directory = temporaryDirectory(t)
    const clock = createFakeClock()
    const options = { maxAge: 1000, purgeInterval: 0, now: clock.now }
    const storage = createFsSessionStorage(directory, options)
    const begin = (): Promise<string> =>
      playRequest(storage, '', (session) => session.set(KEY, 'red'))
    const [expired, renewed] = [await begin(), await begin()]
    const foreign = ['README', '.keep', `${'g'.repeat(64)}.json`, `${expired}.json.bak`, 'a.tmp']
    for (const name of foreign) fs.writeFileSync(path.join(directory, name), 'mine')
    clock.advance(600)
    await playRequest(storage, renewed, (session) => session.get(KEY))
    const young = await begin()
    clock.advance(600)
    assert.deepEqual(await storage.purge(), { sessions: 3, expired: 1, leftOvers: 0 })
    assert.deepEqual(
      fs.readdirSync(directory).sort(),
      [...foreign, `${renewed}.json`, `${young}.json`].sort(),
    )
    assert.deepEqual(await lookInto(storage, renewed), { [KEY]: 'red' })
    assert.deepEqual(await storage.purge(), { sessions: 2, expired: 0, leftOvers: 0 })
  })

  it('collects tombstones, locks, temporary and corrupt files after an hour', async (t) => {
    const directory = temporaryDirectory(t)
    const clock = createFakeClock()
    const storage = createFsSessionStorage(directory, { purgeInterval: 0, now: clock.now })
    const dead = await playRequest(storage, '', (session) => session.set(KEY, 'red'))
    await playRequest(storage, dead, (session) => session.destroy())
    const id = createSessionId()
    for (const extension of ['1-abc.tmp', 'lock.tmp', 'corrupt']) {
      fs.writeFileSync(path.join(directory, `${id}.${extension}`), '')
    }
    fs.symlinkSync('somebody', path.join(directory, `${id}.lock`))
    clock.advance(HOUR - 60)
    assert.equal((await storage.purge()).leftOvers, 0)
    assert.deepEqual(kindsOfFiles(directory), { gone: 1, tmp: 2, corrupt: 1, lock: 1 })
    clock.advance(120)
    assert.equal((await storage.purge()).leftOvers, 5)
    assert.deepEqual(kindsOfFiles(directory), {})
  })

  it('deletes what expires under a request, which does not bring it back', async (t) => {
    const directory = temporaryDirectory(t)
    const clock = createFakeClock()
    const options = { maxAge: 1000, purgeInterval: 0, now: clock.now }
    const storage = createFsSessionStorage(directory, options)
    const ids = []
    for (let i = 0; i < 200; i++) {
      ids.push(await playRequest(storage, '', (session) => session.set(KEY, i)))
    }
    clock.advance(999)
    const requests = await Promise.all(ids.map((id) => storage.read(id)))
    for (const session of requests) session.get(KEY)
    clock.advance(600) // more than 1,000 seconds after the files were written, too
    const purging = storage.purge()
    const answers = []
    for (const [i, session] of requests.entries()) {
      await (i < 150 ? new Promise((resolve) => setImmediate(resolve)) : purging)
      answers.push(await storage.save(session))
    }
    assert.equal((await purging).expired, ids.length)
    assert.deepEqual(new Set(answers), new Set(['']))
    for (const id of ids) assert.deepEqual(await lookInto(storage, id), {})
  })

  it('deletes no session that another process renewed between the look and the lock', async (t) => {
    const directory = temporaryDirectory(t)
    const clock = createFakeClock()
    const options = { maxAge: 1000, purgeInterval: 0, now: clock.now }
    const storage = createFsSessionStorage(directory, options)
    const id = await playRequest(storage, '', (session) => session.set(KEY, 1))
    const file = path.join(directory, `${id}.json`)
    clock.advance(1600) // more than 1,000 seconds after the file was written, too
    const lock = fs.symlinkSync
    const locking = t.mock.method(fs, 'symlinkSync', (target: string, link: string) => {
      lock(target, link)
      const record = JSON.parse(fs.readFileSync(file, 'utf8')) as object
      const renewedAt = clock.now()
      const renewed = { ...record, renewedAt, expiresAt: renewedAt + 1_000_000 }
      fs.writeFileSync(file, JSON.stringify(renewed))
    })
    assert.equal((await storage.purge()).expired, 0)
    assert.equal(locking.mock.callCount(), 1)
    assert.deepEqual(kindsOfFiles(directory), { json: 1 })
  })

  it('one file that resists does not save the others, and is told', async (t) => {
    const directory = temporaryDirectory(t)
    const clock = createFakeClock()
    const storage = createFsSessionStorage(directory, { purgeInterval: 0, now: clock.now })
    for (let i = 0; i < 20; i++) {
      fs.writeFileSync(path.join(directory, `${createSessionId()}.1.tmp`), '')
    }
    clock.advance(2 * HOUR)
    const unlink = t.mock.method(fs, 'unlinkSync')
    unlink.mock.mockImplementationOnce(() => {
      throw Object.assign(new Error('not permitted'), { code: 'EPERM' })
    })
    await assert.rejects(storage.purge(), { name: 'SessionStoreError' })
    assert.equal(fs.readdirSync(directory).length, 1)
  })

  it('leaves directories alone, whatever they are called', async (t) => {
    const directory = temporaryDirectory(t)
    const clock = createFakeClock()
    const storage = createFsSessionStorage(directory, { purgeInterval: 0, now: clock.now })
    fs.mkdirSync(path.join(directory, `${createSessionId()}.corrupt`))
    clock.advance(2 * HOUR)
    assert.equal((await storage.purge()).leftOvers, 0)
    assert.deepEqual(kindsOfFiles(directory), { corrupt: 1 })
  })

  it('goes through 20,000 files and lets other work in between', async (t) => {
    const directory = temporaryDirectoryInMemory(t)
    const clock = createFakeClock()
    let [looks, most] = [0, 0]
    const now = (): number => {
      most = Math.max(most, ++looks)
      return clock.now()
    }
    const storage = createFsSessionStorage(directory, { maxAge: 1000, purgeInterval: 0, now })
    const expired = await playRequest(storage, '', (session) => session.set(KEY, 'x'.repeat(400)))
    // Names of two files: as many files for a fraction of the time that writing them takes.
    const copy = path.join(directory, `${createSessionId()}.json`)
    fs.copyFileSync(path.join(directory, `${expired}.json`), copy)
    for (let i = 0; i < 19_898; i++) {
      const source = i % 2 ? copy : path.join(directory, `${expired}.json`)
      fs.linkSync(source, path.join(directory, `${createSessionId()}.json`))
    }
    clock.advance(2000)
    const living = []
    for (let i = 0; i < 100; i++) {
      living.push(await playRequest(storage, '', (session) => session.set(KEY, i)))
    }
    fs.writeFileSync(path.join(directory, 'README'), '')

    const delay = monitorEventLoopDelay({ resolution: 1 })
    let purging = true
    let turns = 0
    most = 0
    const count = (): void => {
      turns++
      looks = 0
      if (purging) setImmediate(count)
    }
    setImmediate(count)
    delay.enable()
    const start = performance.now()
    const report = await storage.purge()
    const took = performance.now() - start
    delay.disable()
    purging = false
    const mostAtOnce = most

    assert.deepEqual(report, { sessions: 20_000, expired: 19_900, leftOvers: 0 })
    for (const [i, id] of living.entries()) {
      assert.deepEqual(await lookInto(storage, id), { [KEY]: i })
    }
    assert.deepEqual(kindsOfFiles(directory), { json: 100, README: 1 })
    // Each file takes a look at the clock or a few; turns alone come also while names are read.
    assert.ok(
      mostAtOnce > 0 && mostAtOnce <= 10_000,
      `${mostAtOnce} looks at the clock without a pause`,
    )
    t.diagnostic(
      `${took.toFixed(0)} ms; event-loop delay p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, ` +
        `max ${(delay.max / 1e6).toFixed(1)} ms; ${turns} turns for other work`,
    )
  })

  it('lets others have the process for a while after a few files, where the disk is slow', async (t) => {
    const directory = temporaryDirectory(t)
    const storage = createFsSessionStorage(directory, { purgeInterval: 0 })
    for (let i = 0; i < 100; i++) {
      fs.writeFileSync(path.join(directory, `${createSessionId()}.1.tmp`), '')
    }
    let files = 0
    const { lstatSync } = fs
    t.mock.method(fs, 'lstatSync', (file: string) => {
      for (const end = performance.now() + 1; performance.now() < end;);
      files++
      return lstatSync(file)
    })
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const purge = { over: false }
    void storage.purge().then(() => (purge.over = true))
    let all = 0
    while (!purge.over) {
      // As many turns as it needs to read the names of the files.
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
      assert.ok(files <= 10, `${files} files of a millisecond each without a pause`)
      all += files
      files = 0
      t.mock.timers.tick(1000)
    }
    assert.equal(all, 100)
  })

  it('stops when the storage is closed', async (t) => {
    const directory = temporaryDirectory(t)
    const clock = createFakeClock()
    const storage = createFsSessionStorage(directory, { purgeInterval: 0, now: clock.now })
    for (let i = 0; i < 2000; i++) {
      fs.writeFileSync(path.join(directory, `${createSessionId()}.1.tmp`), '')
    }
    clock.advance(2 * HOUR)
    const purging = storage.purge()
    setImmediate(() => storage.close())
    await purging
    assert.ok((kindsOfFiles(directory).tmp ?? 0) > 0)
  })

  it('keeps no process alive', (t) => {
    const directory = temporaryDirectory(t)
    const script = `
      import { createFsSessionStorage } from 'remix/session/fs-storage'
      createFsSessionStorage(process.argv[1], { purgeInterval: 1 })
    `
    const { status, signal } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', script, directory],
      { env: childEnvironment(), cwd: import.meta.dirname, timeout: 240_000 },
    )
    assert.deepEqual({ status, signal }, { status: 0, signal: null })
  })

  it('happens by itself, again and again, until the storage is closed', async (t) => {
    const directory = temporaryDirectory(t)
    const storage = createFsSessionStorage(directory, { purgeInterval: 0.02 })
    t.after(() => storage.close())
    function leaveBehind(): string {
      const file = path.join(directory, `${createSessionId()}.1.tmp`)
      fs.writeFileSync(file, '')
      fs.utimesSync(file, 0, 0)
      return file
    }
    for (let round = 0; round < 2; round++) {
      const file = leaveBehind()
      while (fs.existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    storage.close()
    const file = leaveBehind()
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.ok(fs.existsSync(file), 'it went on after the storage was closed')
  })

  it('is not refused an interval that no timer can wait for, but one that is none', async (t) => {
    const directory = temporaryDirectory(t)
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const look = t.mock.method(fs.promises, 'opendir', async () => [])
    for (const purgeInterval of [30 * 24 * HOUR, Infinity]) {
      createFsSessionStorage(directory, { purgeInterval })
    }
    for (const seconds of [10, HOUR]) {
      t.mock.timers.tick(seconds * 1000)
      await new Promise((resolve) => setImmediate(resolve))
    }
    assert.equal(look.mock.callCount(), 1, 'of the first of them alone')
    for (const purgeInterval of [-1, NaN]) {
      assert.throws(() => createFsSessionStorage(directory, { purgeInterval }), RangeError)
    }
  })
})
