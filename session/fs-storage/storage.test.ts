import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { describe, it } from 'node:test'
import { createFsSessionStorage } from 'remix/session/fs-storage'
import { describeSessionStorage, lookInto, playRequest } from 'remix/session/testing'
import { openTemporarySessions } from './fixtures/temporary-sessions.ts'
import { kindsOfFiles, temporaryDirectory } from '../fixtures/temporary-directory.ts'

const KEY: string = 'color'
const quiet = { purgeInterval: 0 }

for (const ownThread of [false, true]) {
  describeSessionStorage(`fs storage${ownThread ? ' in its own thread' : ''}`, (limits) =>
    openTemporarySessions({ ...limits, ownThread }),
  )
}

describe('session files', () => {
  it('are <directory>/<id>.json, 0600 in a directory of 0700, whatever the umask', async (t) => {
    const directory = path.join(temporaryDirectory(t), 'deep', 'sessions')
    const before = process.umask(0)
    t.after(() => process.umask(before))
    const storage = createFsSessionStorage(directory, quiet)
    const id = await playRequest(storage, '', (session) => session.set(KEY, 'red'))
    await playRequest(storage, id, (session) => session.set(KEY, 'blue'))
    assert.deepEqual(fs.readdirSync(directory), [`${id}.json`])
    assert.equal(fs.statSync(path.join(directory, `${id}.json`)).mode & 0o777, 0o600)
    assert.equal(fs.statSync(directory).mode & 0o777, 0o700)
  })

  it('survive a restart', async (t) => {
    const directory = temporaryDirectory(t)
    const id = await playRequest(createFsSessionStorage(directory, quiet), '', (session) =>
      session.set(KEY, 'red'),
    )
    const restarted = createFsSessionStorage(directory, quiet)
    assert.deepEqual(await lookInto(restarted, id), { [KEY]: 'red' })
  })

  for (const ownThread of [false, true]) {
    it(`maxBytes may be Infinity, and is no number below 1${ownThread ? ', in a thread' : ''}`, async (t) => {
      const directory = temporaryDirectory(t)
      const storage = createFsSessionStorage(directory, { ...quiet, maxBytes: Infinity, ownThread })
      t.after(() => storage.close())
      for (const length of [3_000_000, 10, 5_000_000]) {
        const id = await playRequest(storage, '', (session) => session.set(KEY, 'x'.repeat(length)))
        assert.equal(String((await storage.read(id)).get(KEY)).length, length)
      }
      for (const maxBytes of [0, -1, NaN]) {
        const open = () => createFsSessionStorage(directory, { ...quiet, maxBytes, ownThread })
        assert.throws(open, {
          name: 'RangeError',
          message: /maxBytes must be a positive number of bytes, not/,
        })
      }
    })
  }

  it('options of another type or a misspelt name are refused', (t) => {
    const directory = temporaryDirectory(t)
    for (const options of [
      { maxBytes: '5' },
      { purgeInterval: '9' },
      { ownThread: 1 },
      { maxbytes: 5 },
    ]) {
      const create = () => createFsSessionStorage(directory, options as object)
      assert.throws(create, { name: 'TypeError', message: /^Session storage: / })
    }
  })

  it('a session over maxBytes is refused, and the message names the largest keys', async (t) => {
    const directory = temporaryDirectory(t)
    const storage = createFsSessionStorage(directory, { ...quiet, maxBytes: 2000 })
    const id = await playRequest(storage, '', (session) => session.set(KEY, 'red'))
    const save = playRequest(storage, id, (session) => {
      session.set('large' as string, 'secret'.repeat(200))
      session.flash('larger' as string, 'secret'.repeat(300))
    })
    await assert.rejects(save, (error: Error & { bytes: number; limit: number }) => {
      assert.equal(error.name, 'SessionTooLargeError')
      assert.match(error.message, /larger \(18\d\d bytes\), large \(12\d\d bytes\)/)
      assert.doesNotMatch(error.message, /secret/)
      assert.equal(error.limit, 2000)
      assert.ok(error.bytes > 3000)
      return true
    })
    assert.deepEqual(await lookInto(storage, id), { [KEY]: 'red' })
    assert.deepEqual(kindsOfFiles(directory), { json: 1 })
  })
})

/** Puts something that is no session in the place of a session file. */
const UNREADABLE: Record<string, (file: string, outside: string) => unknown> = {
  'a symbolic link': (file, outside) => fs.symlinkSync(outside, file),
  'a symbolic link to nothing': (file) => fs.symlinkSync('/nowhere', file),
  'a FIFO': (file) => execFileSync('mkfifo', [file]),
  'a directory': (file) => fs.mkdirSync(file),
  'a socket': async (file) => {
    const server = net.createServer().listen(file)
    await once(server, 'listening')
    fs.linkSync(file, `${file}.kept`)
    server.close()
    fs.renameSync(`${file}.kept`, file)
  },
  'a file of 10 MiB': (file) => fs.writeFileSync(file, `{"values":"${'x'.repeat(10 << 20)}"}`),
  'an empty file': (file) => fs.writeFileSync(file, ''),
  'half a record': (file, outside) => {
    const text = fs.readFileSync(outside, 'utf8')
    fs.writeFileSync(file, text.slice(0, text.length / 2))
  },
  'a byte order mark': (file, outside) =>
    fs.writeFileSync(file, `\ufeff${fs.readFileSync(outside, 'utf8')}`),
  null: (file) => fs.writeFileSync(file, 'null'),
  'a number': (file) => fs.writeFileSync(file, '42'),
  'an array': (file) => fs.writeFileSync(file, '[]'),
  'an object of something else': (file) => fs.writeFileSync(file, '{"values":{},"flashes":[]}'),
  'ids that lead out of the directory': (file, outside) => {
    const record = JSON.parse(fs.readFileSync(outside, 'utf8')) as object
    fs.writeFileSync(file, JSON.stringify({ ...record, aliases: ['../outside'] }))
  },
}

describe('a session file that cannot be understood', () => {
  for (const [kind, create] of Object.entries(UNREADABLE)) {
    it(`${kind} is a new session and one warning, and nothing outside is touched`, async (t) => {
      const parent = temporaryDirectory(t)
      const directory = path.join(parent, 'sessions')
      const storage = createFsSessionStorage(directory, quiet)
      const outside = path.join(parent, 'outside.json')
      const ids: string[] = []
      for (let i = 0; i < 2; i++) {
        ids.push(await playRequest(storage, '', (session) => session.set(KEY, 'secret')))
        const file = path.join(directory, `${ids[i]}.json`)
        fs.copyFileSync(file, outside)
        fs.unlinkSync(file)
        await create(file, outside)
      }
      const original = fs.readFileSync(outside, 'utf8')

      const warnings = await collectWarnings(async () => {
        for (const id of ids) {
          const cookie = await playRequest(storage, id, (session) => {
            assert.deepEqual(session.data, {})
            session.set(KEY, 'new')
          })
          assert.notEqual(cookie, id)
          assert.deepEqual(await lookInto(storage, id), {})
          assert.deepEqual(await lookInto(storage, cookie), { [KEY]: 'new' })
        }
      })
      assert.equal(warnings.length, 1)
      assert.equal(warnings[0]!.name, 'SessionStorageWarning')
      for (const secret of [...ids, 'secret', directory]) {
        assert.equal(warnings[0]!.message.includes(secret), false)
      }
      assert.equal(fs.readFileSync(outside, 'utf8'), original)
      assert.deepEqual(fs.readdirSync(parent).sort(), ['outside.json', 'sessions'])
      assert.deepEqual(kindsOfFiles(directory), { json: 2, corrupt: 2 })
    })
  }
})

async function collectWarnings(action: () => Promise<void>): Promise<Error[]> {
  const warnings: Error[] = []
  // Without Node's own listener, which would print them.
  const listeners = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', (warning) => warnings.push(warning))
  await action()
  await new Promise((resolve) => setImmediate(resolve))
  process.removeAllListeners('warning')
  for (const listener of listeners) process.on('warning', listener)
  return warnings
}
