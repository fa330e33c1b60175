import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { inNamespace, skipWithoutNamespaces, startProcess } from '../fixtures/processes.ts'
import { withoutLinks } from './fixtures/node-options.ts'
import type { ProcessOptions } from '../fixtures/processes.ts'
import { temporaryDirectory } from '../fixtures/temporary-directory.ts'
import { LOCKED, withLock } from './lock.ts'

const done = (): string => 'done'

for (const [kind, options] of [
  ['a symbolic link', {}],
  ['a file', { execArgv: withoutLinks }],
] as [string, ProcessOptions][]) {
  describe(`the lock of another process: ${kind}`, () => {
    it('keeps everybody out while its holder lives', async (t) => {
      const { lock } = await openHeld(t, options)
      assert.equal(fs.lstatSync(lock).isFile(), kind === 'a file')
      assert.equal(withLock(lock, done), LOCKED)
      assert.ok(fs.lstatSync(lock))
    })

    it('is broken by the first who comes after its holder died', async (t) => {
      const { lock, kill } = await openHeld(t, options)
      await kill()
      assert.equal(withLock(lock, done), 'done')
      assert.deepEqual(fs.readdirSync(path.dirname(lock)), [])
    })

    it('is broken after ten seconds if its holder died where we cannot ask', async (t) => {
      if (skipWithoutNamespaces) return t.skip(skipWithoutNamespaces)
      const { lock, kill } = await openHeld(t, { ...options, startedBy: inNamespace })
      await kill()
      assert.equal(withLock(lock, done), LOCKED)
      age(lock, 9)
      assert.equal(withLock(lock, done), LOCKED)
      age(lock, 11)
      assert.equal(withLock(lock, done), 'done')
      assert.deepEqual(fs.readdirSync(path.dirname(lock)), [])
    })
  })
}

it('a lock that was written in part names nobody: it is broken after ten seconds', async (t) => {
  const { lock, kill } = await openHeld(t, { execArgv: withoutLinks })
  await kill()
  fs.truncateSync(lock, fs.lstatSync(lock).size - 1)
  assert.equal(withLock(lock, done), LOCKED)
  age(lock, 11)
  assert.equal(withLock(lock, done), 'done')
})

describe('what is in the place of a lock', () => {
  const things: Record<string, (place: string) => unknown> = {
    'an empty file': (place) => fs.writeFileSync(place, ''),
    'a large file': (place) => fs.writeFileSync(place, 'x'.repeat(1e6)),
    'a folder': (place) => fs.mkdirSync(place),
    'a symbolic link to nowhere': (place) => fs.symlinkSync('/nowhere', place),
    'a symbolic link to itself': (place) => fs.symlinkSync(place, place),
    'a FIFO': (place) => assert.equal(spawnSync('mkfifo', [place]).status, 0),
  }
  for (const [what, make] of Object.entries(things)) {
    it(`${what}: is out of the way after ten seconds`, (t) => {
      const lock = lockIn(t)
      make(lock)
      assert.equal(withLock(lock, done), LOCKED)
      age(lock, 11)
      assert.equal(withLock(lock, done), 'done')
      assert.equal(withLock(lock, done), 'done')
      assert.equal(fs.lstatSync(lock, { throwIfNoEntry: false }), undefined)
    })
  }

  it('dated in the future, it is out of the way at once', (t) => {
    const lock = lockIn(t)
    fs.mkdirSync(lock)
    age(lock, -3600)
    assert.equal(withLock(lock, done), 'done')
  })

  it('a folder is set aside with what is in it', (t) => {
    const lock = lockIn(t)
    fs.mkdirSync(lock)
    fs.writeFileSync(path.join(lock, 'mine'), 'text')
    age(lock, 11)
    assert.equal(withLock(lock, done), 'done')
    const [aside, ...others] = fs.readdirSync(path.dirname(lock))
    assert.deepEqual(others, [])
    assert.match(aside!, /^1\.lock\.[0-9a-f]+\.tmp$/)
    assert.equal(fs.readFileSync(path.join(path.dirname(lock), aside!, 'mine'), 'utf8'), 'text')
  })
})

describe('breaking a lock', () => {
  it('takes away no lock that is newer than the stale one that was seen', async (t) => {
    const { lock, kill } = await openHeld(t)
    await kill()
    // Between the look and the deed somebody else breaks it and takes it.
    const asked = whenAsked(t, () => {
      fs.unlinkSync(lock)
      fs.symlinkSync('somebody', lock)
    })
    assert.equal(withLock(lock, done), LOCKED)
    assert.equal(asked.callCount(), 1)
    assert.equal(fs.readlinkSync(lock), 'somebody')
    assert.deepEqual(fs.readdirSync(path.dirname(lock)), [path.basename(lock)])
  })

  for (const [kind, make] of Object.entries({
    'a symbolic link': (lock: string) => fs.symlinkSync('somebody', lock),
    'a file': (lock: string) => fs.writeFileSync(lock, 'somebody'),
  })) {
    it(`gives no right to it: another one may take it first, as ${kind}`, async (t) => {
      const { lock, kill } = await openHeld(t)
      await kill()
      const { unlinkSync } = fs
      t.mock.method(fs, 'unlinkSync', (file: string) => {
        unlinkSync(file)
        if (file === `${lock}.tmp`) make(lock) // it is broken, and not taken yet
      })
      assert.equal(withLock(lock, done), LOCKED)
      assert.deepEqual(fs.readdirSync(path.dirname(lock)), [path.basename(lock)])
    })
  }

  it('is done by one at a time', async (t) => {
    const { lock, kill } = await openHeld(t)
    await kill()
    let other: unknown
    const asked = whenAsked(t, (time) => {
      if (time === 2) other = withLock(lock, done) // while the first one looks again
    })
    assert.equal(withLock(lock, done), 'done')
    assert.ok(asked.callCount() >= 3)
    assert.equal(other, LOCKED)
    assert.deepEqual(fs.readdirSync(path.dirname(lock)), [])
  })

  it('goes on after somebody died of it', async (t) => {
    const { lock, kill } = await openHeld(t)
    const breaking = await openHeld(t, {}, `${lock}.tmp`)
    await kill()
    assert.equal(withLock(lock, done), LOCKED)
    await breaking.kill()
    assert.equal(withLock(lock, done), 'done')
    assert.deepEqual(fs.readdirSync(path.dirname(lock)), [])
  })

  it('does not trust a clock that differs from that of the file system', (t) => {
    const lock = lockIn(t)
    fs.symlinkSync('somebody', lock)
    const { now } = Date
    t.mock.method(Date, 'now', () => now() + 3_600_000)
    assert.equal(withLock(lock, done), LOCKED)
    assert.equal(fs.readlinkSync(lock), 'somebody')
  })
})

function lockIn(t: TestContext): string {
  return path.join(temporaryDirectory(t), '1.lock')
}

/** A lock that another process holds until it is killed. */
async function openHeld(t: TestContext, options: ProcessOptions = {}, lock = lockIn(t)) {
  const holder = startProcess(t, 'fs-storage/fixtures/lock-holder.ts', [lock], options)
  // A file is there a moment before it has its content.
  while (!fs.lstatSync(lock, { throwIfNoEntry: false })?.size) {
    assert.equal(holder.exitCode, null)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  async function kill(): Promise<void> {
    const exited = once(holder, 'exit')
    holder.kill('SIGKILL')
    await exited
  }
  return { lock, kill }
}

function age(file: string, seconds: number): void {
  const time = Date.now() / 1000 - seconds
  fs.lutimesSync(file, time, time)
}

/** Does something each time before it is asked whether a process lives. */
function whenAsked(t: TestContext, happens: (time: number) => void) {
  const { kill } = process
  let times = 0
  return t.mock.method(process, 'kill', (pid: number, signal: number) => {
    happens(++times)
    return kill.call(process, pid, signal)
  }).mock
}
