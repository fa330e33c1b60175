import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { createFsSessionStorage } from './storage.ts'
import type { FsSessionStorage } from './storage.ts'
import { SessionStoreError } from '../errors.ts'
import { beginRequest, lookInto, playRequest } from '../testing/contract/request.ts'
import type { Outcomes } from './fixtures/in-trouble.ts'
import { childEnvironment, nextMessage, scriptFile, startProcess } from '../fixtures/processes.ts'
import { refuseLinks } from './fixtures/refuse-links.ts'
import { kindsOfFiles, temporaryDirectory } from '../fixtures/temporary-directory.ts'
import { fillDisk, mountTinyDisk } from '../fixtures/tiny-disk.ts'

const KEY: string = 'color'
const NOBODY = 65534

describe('fs storage in trouble', () => {
  it('a full disk: an error, the old session intact, nothing left behind', testFullDisk)

  it('a full disk where there are no links: the same', (t) => {
    refuseLinks(t)
    return testFullDisk(t)
  })

  it('logging out works on a full disk, also against a slower request', async (t) => {
    const directory = mountTinyDisk(t)
    if (!directory) return
    const storage = createFsSessionStorage(directory, { purgeInterval: 0 })
    const cookie = await playRequest(storage, '', (session) => session.set(KEY, 'red'))
    const slow = await beginRequest(storage, cookie)
    slow.session.set(KEY, 'late')
    fillDisk(directory, 0)
    assert.equal(await playRequest(storage, cookie, (session) => session.destroy()), '')
    await assert.rejects(slow.finish(), { name: 'SessionEndedError' })
    fs.unlinkSync(path.join(directory, 'disk.filler'))
    assert.deepEqual(await lookInto(storage, cookie), {})
  })

  it('logging out works where no file can be made any more', async (t) => {
    const directory = mountTinyDisk(t, 'nr_inodes=10')
    if (!directory) return
    const storage = createFsSessionStorage(directory, { purgeInterval: 0 })
    const cookie = await playRequest(storage, '', (session) => session.set(KEY, 'red'))
    const slow = await beginRequest(storage, cookie)
    slow.session.set(KEY, 'late')
    assert.throws(() => {
      for (let i = 0; i < 10; i++) fs.writeFileSync(path.join(directory, `${i}.filler`), '')
    })
    await assertStoreError(
      playRequest(storage, '', (session) => session.set(KEY, 1)),
      'ENOSPC',
    )
    assert.equal(await playRequest(storage, cookie, (session) => session.destroy()), '')
    fs.unlinkSync(path.join(directory, '0.filler'))
    await assert.rejects(slow.finish(), { name: 'SessionEndedError' })
    assert.deepEqual(await lookInto(storage, cookie), {})
    assert.equal(kindsOfFiles(directory).gone, 1)
  })

  it('a directory of another user: an error and no new session', async (t) => {
    const { directory, cookie, attempt } = await prepare(t)
    if (!asNobody(t)) return
    const [outcomes] = attempt([], { uid: NOBODY, gid: NOBODY })
    assert.deepEqual(outcomes, {
      read: 'SessionStoreError: Cannot read a session: EACCES',
      change: 'SessionStoreError: Cannot read a session: EACCES',
      create: 'SessionStoreError: Cannot write a session: EACCES',
    })
    assert.deepEqual(kindsOfFiles(directory), { json: 1 })
    assert.equal(fs.readdirSync(directory)[0], `${cookie}.json`)
  })

  it('a directory that can only be read: reading goes on, saving is an error', async (t) => {
    const { directory, cookie, attempt } = await prepare(t)
    if (!asNobody(t)) return
    fs.chmodSync(directory, 0o755)
    fs.chmodSync(path.join(directory, `${cookie}.json`), 0o644)
    const [outcomes] = attempt([], { uid: NOBODY, gid: NOBODY })
    assert.deepEqual(outcomes, {
      read: 'red',
      change: 'SessionStoreError: Cannot lock a session: EACCES',
      create: 'SessionStoreError: Cannot write a session: EACCES',
    })
    assert.deepEqual(kindsOfFiles(directory), { json: 1 })
  })

  it('no file descriptor left: errors, and all is well when there are some again', async (t) => {
    const { directory, attempt } = await prepare(t)
    const [before, without, after] = attempt(['descriptors'], {}, 'ulimit -n 40; exec "$0" "$@"')
    assert.deepEqual(before, { read: 'red', change: before!.change, create: '64' })
    assert.deepEqual(without, {
      read: 'SessionStoreError: Cannot read a session: EMFILE',
      change: 'SessionStoreError: Cannot read a session: EMFILE',
      create: 'SessionStoreError: Cannot write a session: EMFILE',
    })
    assert.deepEqual(after, { read: 'blue', change: before!.change, create: '64' })
    assert.deepEqual(kindsOfFiles(directory), { json: 3 })
  })

  it('a process that is stopped while it saves holds up one session, not the server', async (t) => {
    const { directory, cookie, storage } = await prepare(t)
    const lock = path.join(directory, `${cookie}.lock`)
    const saver = startProcess(t, 'fs-storage/fixtures/saver.ts', [
      directory,
      '1000000',
      '0',
      cookie,
    ])
    await nextMessage(saver)
    for (;;) {
      saver.kill('SIGSTOP')
      await waitUntilStopped(saver.pid!)
      if (fs.lstatSync(lock, { throwIfNoEntry: false })) break
      saver.kill('SIGCONT')
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
    }
    let saved = false
    const saving = playRequest(storage, cookie, (session) => session.set(KEY, 'blue'))
    const ended = saving.then(() => (saved = true))
    const other = await playRequest(storage, '', (session) => session.set(KEY, 'other'))
    let turns = 0
    for (; turns < 100; turns++) await new Promise((resolve) => setImmediate(resolve))
    assert.equal(turns, 100)
    assert.equal(saved, false)
    assert.deepEqual(await lookInto(storage, other), { [KEY]: 'other' })
    assert.equal((await storage.read(cookie)).get(KEY), 'red') // readers do not wait
    const exited = once(saver, 'exit')
    saver.kill('SIGKILL')
    await exited
    await ended
    assert.equal((await storage.read(cookie)).get(KEY), 'blue')
    await playRequest(storage, cookie, (session) => session.destroy())
  })

  it('logging out does not wait for a process that is stopped while it saves', async (t) => {
    const { directory, cookie, storage } = await prepare(t)
    fs.symlinkSync('a stopped process', path.join(directory, `${cookie}.lock`))
    await playRequest(storage, cookie, (session) => session.destroy())
    assert.deepEqual(await lookInto(storage, cookie), {})
    // Whoever waits for the lock breaks it in the end: it would be gone.
    assert.deepEqual(kindsOfFiles(directory), { gone: 1, lock: 1 })
  })

  it('a lock that is older than ten seconds is broken, a younger one is not', async (t) => {
    const { directory, cookie, storage } = await prepare(t)
    const lock = path.join(directory, `${cookie}.lock`)
    fs.symlinkSync('a process on another machine', lock)
    let saved = false
    const saving = playRequest(storage, cookie, (session) => session.set(KEY, 'blue')).then(
      () => (saved = true),
    )
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.equal(saved, false)
    const elevenSecondsAgo = Date.now() / 1000 - 11
    fs.lutimesSync(lock, elevenSecondsAgo, elevenSecondsAgo)
    await saving
    assert.deepEqual(kindsOfFiles(directory), { json: 1 })
  })

  it('a directory that was removed while the server runs is made again', async (t) => {
    const { directory, cookie, storage } = await prepare(t)
    fs.rmSync(directory, { recursive: true })
    assert.deepEqual(await lookInto(storage, cookie), {})
    const other = await playRequest(storage, '', (session) => session.set(KEY, 'other'))
    assert.deepEqual(await lookInto(storage, other), { [KEY]: 'other' })
    assert.equal(fs.statSync(directory).mode & 0o777, 0o700)
  })
})

async function testFullDisk(t: TestContext): Promise<void> {
  const directory = mountTinyDisk(t)
  if (!directory) return
  const storage = createFsSessionStorage(directory, { purgeInterval: 0 })
  const cookie = await playRequest(storage, '', (session) => session.set(KEY, 'red'))
  for (const free of [0, 8192]) {
    fillDisk(directory, free)
    const large = (cookie: string): Promise<string> =>
      playRequest(storage, cookie, (session) => session.set('large' as string, 'x'.repeat(20_000)))
    for (const save of [large(cookie), large('')]) await assertStoreError(save, 'ENOSPC')
    const regenerated = playRequest(storage, cookie, (session) => {
      session.set('large' as string, 'x'.repeat(20_000))
      session.regenerateId()
    })
    await assertStoreError(regenerated, 'ENOSPC')
    assert.deepEqual(await lookInto(storage, cookie), { [KEY]: 'red' })
    assert.deepEqual(kindsOfFiles(directory), { json: 1, filler: 1 })
  }
  fs.unlinkSync(path.join(directory, 'disk.filler'))
  await playRequest(storage, cookie, (session) => session.set(KEY, 'blue'))
  assert.deepEqual(await lookInto(storage, cookie), { [KEY]: 'blue' })
}

async function prepare(t: TestContext) {
  const directory = temporaryDirectory(t)
  const storage: FsSessionStorage = createFsSessionStorage(directory, { purgeInterval: 0 })
  const cookie = await playRequest(storage, '', (session) => session.set(KEY, 'red'))

  function attempt(args: string[], identity: { uid?: number; gid?: number }, shell?: string) {
    const command = [
      process.execPath,
      scriptFile('fs-storage/fixtures/in-trouble.ts'),
      directory,
      cookie,
      ...args,
    ]
    const [program, ...rest] = shell ? ['sh', '-c', shell, ...command] : command
    const result = spawnSync(program!, rest, {
      encoding: 'utf8',
      env: { ...childEnvironment(), NODE_COMPILE_CACHE: '' },
      ...identity,
    })
    assert.equal(result.status, 0, result.stderr)
    return JSON.parse(result.stdout) as Outcomes[]
  }

  return { directory, storage, cookie, attempt }
}

function asNobody(t: TestContext): boolean {
  if (process.getuid?.() !== 0) {
    t.skip('only root may start a process as another user')
    return false
  }
  const identity = { uid: NOBODY, gid: NOBODY }
  const { status } = spawnSync(
    process.execPath,
    ['--check', scriptFile('fs-storage/fixtures/in-trouble.ts')],
    identity,
  )
  if (status !== 0) t.skip('another user may not read this directory')
  return status === 0
}

async function assertStoreError(promise: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof SessionStoreError)
    assert.equal(error.code, code)
    assert.equal(error.status, 503)
    return true
  })
}

async function waitUntilStopped(pid: number): Promise<void> {
  const state = (): string => fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]![0]!
  while (state() !== 'T') await new Promise((resolve) => setImmediate(resolve))
}
