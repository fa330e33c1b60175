import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { createSessionId } from 'remix/session'
import { refuseLinks } from './fixtures/refuse-links.ts'
import { kindsOfFiles, temporaryDirectory } from '../fixtures/temporary-directory.ts'
import { SessionDirectory } from './directory.ts'
import { LOCKED, withLock } from './lock.ts'
import { noChanges, successorRecord } from '../record.ts'
import type { SessionChanges, SessionRecord } from '../record.ts'

const RECORD: SessionRecord = {
  values: { color: 'red' },
  flashes: {},
  createdAt: 0,
  renewedAt: 0,
  expiresAt: 1e15,
  maxAge: 1000,
}

const TAKEN = { name: 'SessionStoreError', code: 'EEXIST' }

describe('destroying a session in the middle of a change by another process', () => {
  it('an update finds out after it has written, and takes it back', (t) => {
    const { mine, other, id, directory } = open(t)
    const changes = changesDuringWhich(() => assert.equal(other.delete(id), null))
    assert.equal(mine.update(id, changes), null)
    assert.equal(mine.read(id), null)
    assert.deepEqual(kindsOfFiles(directory), { gone: 1 })
  })

  it('a replacement leaves neither the old nor the new one', (t) => {
    const { mine, other, id, directory } = open(t)
    const newId = createSessionId()
    const changes = changesDuringWhich(() => assert.equal(other.delete(id), null))
    assert.equal(mine.replace(id, newId, changes, successorRecord(newId, 0)), null)
    assert.equal(mine.read(id), null)
    assert.equal(mine.read(newId), null)
    assert.deepEqual(kindsOfFiles(directory), { gone: 1 })
  })
})

describe('a session that got a new id', () => {
  it('says so to whoever reads, changes, replaces or destroys it under the old one', (t) => {
    const { mine, other, id, directory } = open(t)
    const newId = createSessionId()
    const left = successorRecord(newId, 0)
    const replaced = mine.replace(id, newId, noChanges(), left)
    assert.deepEqual(replaced, RECORD)
    assert.deepEqual(other.read(id), left)
    assert.deepEqual(other.update(id, noChanges()), left)
    const again = createSessionId()
    assert.deepEqual(other.replace(id, again, noChanges(), successorRecord(again, 0)), left)
    assert.deepEqual(other.delete(id), left)
    assert.deepEqual(other.read(newId), RECORD)
    assert.deepEqual(kindsOfFiles(directory), { json: 1, gone: 1 })
  })

  it('is not revived by a writer that was taken for dead', (t) => {
    const { mine, other, id, directory } = open(t)
    const newId = createSessionId()
    const left = successorRecord(newId, 0)
    const changes = changesDuringWhich(() => {
      for (const name of fs.readdirSync(directory)) {
        if (name.endsWith('.lock')) fs.unlinkSync(`${directory}/${name}`)
      }
      other.replace(id, newId, noChanges(), left)
    })
    assert.deepEqual(mine.update(id, changes), left)
    assert.deepEqual(mine.read(id), left)
  })
})

describe('creating a session', () => {
  for (const links of [true, false]) {
    const where = links ? '' : ', also where there are no links'

    it(`an id that is taken is refused, and what is there stays${where}`, (t) => {
      const { mine, other, id, directory } = open(t)
      if (!links) refuseLinks(t)
      assert.throws(() => other.create(id, { ...RECORD, values: { color: 'blue' } }), TAKEN)
      assert.deepEqual(mine.read(id), RECORD)
      assert.deepEqual(kindsOfFiles(directory), { json: 1 })
    })
  }

  it('where there are no links, an id that somebody is about to take is refused', (t) => {
    const { mine, directory } = open(t)
    const id = createSessionId()
    refuseLinks(t)
    withLock(mine.file(id, 'lock'), () => {
      assert.throws(() => mine.create(id, RECORD), TAKEN)
      assert.deepEqual(kindsOfFiles(directory), { json: 1, lock: 1 })
    })
    mine.create(id, RECORD)
    assert.deepEqual(mine.read(id), RECORD)
    assert.deepEqual(kindsOfFiles(directory), { json: 2 })
  })
})

describe('the lock of a session', () => {
  it('keeps a second one out, for another session too long a wait is not needed', (t) => {
    const { mine, other, id } = open(t)
    const otherId = createSessionId()
    other.create(otherId, RECORD)
    const changes = changesDuringWhich(() => {
      assert.equal(other.update(id, noChanges()), LOCKED)
      assert.equal(
        other.deleteIf(id, () => true),
        LOCKED,
      )
      assert.notEqual(other.update(otherId, noChanges()), LOCKED)
      assert.deepEqual(other.read(id), RECORD)
    })
    assert.notEqual(mine.update(id, changes), LOCKED)
    assert.notEqual(other.update(id, noChanges()), LOCKED)
  })

  it('is given back when the change fails', (t) => {
    const { mine, id, directory } = open(t)
    const boom = changesDuringWhich(() => {
      throw new RangeError('boom')
    })
    assert.throws(() => mine.update(id, boom), RangeError)
    assert.deepEqual(kindsOfFiles(directory), { json: 1 })
  })

  it('that was broken and taken by another one stays theirs', (t) => {
    const { mine, id, directory } = open(t)
    const lock = path.join(directory, `${id}.lock`)
    const changes = changesDuringWhich(() => {
      fs.unlinkSync(lock)
      fs.symlinkSync('somebody', lock)
    })
    mine.update(id, changes)
    assert.equal(fs.readlinkSync(lock), 'somebody')
  })
})

describe('deleting what has expired', () => {
  it('looks again under the lock: what was renewed in between stays', (t) => {
    const { mine, other, id } = open(t)
    let looks = 0
    const deleted = mine.deleteIf(id, () => {
      if (looks++ > 0) return false
      assert.notEqual(other.update(id, noChanges()), LOCKED) // a renewal, from here on it is alive
      return true
    })
    assert.equal(deleted, false)
    assert.deepEqual(mine.read(id), RECORD)
  })
})

it('what is no session is set aside, also where a folder has been set aside before', (t) => {
  const { mine, id, directory } = open(t)
  fs.mkdirSync(mine.file(id, 'corrupt'))
  fs.writeFileSync(mine.file(id, 'json'), '{')
  assert.equal(mine.read(id), null)
  assert.equal(mine.update(id, noChanges()), null)
  assert.deepEqual(kindsOfFiles(directory), { corrupt: 1, tmp: 1 })
})

describe('a process without any descriptor left', () => {
  it('says that it could not destroy for good, but the session is gone', (t) => {
    const { mine, id } = open(t)
    t.mock.method(fs, 'openSync', () => {
      throw Object.assign(new Error(`EMFILE: ${id}`), { code: 'EMFILE' })
    })
    assert.throws(() => mine.delete(id), {
      name: 'SessionStoreError',
      message: 'Cannot delete a session: EMFILE',
    })
    t.mock.restoreAll()
    assert.equal(mine.read(id), null)
  })
})

function open(t: TestContext) {
  const directory = temporaryDirectory(t)
  const [mine, other] = [1, 2].map(() => new SessionDirectory(directory, 100_000))
  const id = createSessionId()
  mine!.create(id, RECORD)
  return { directory, mine: mine!, other: other!, id }
}

/** Changes during whose application something else happens: after the read, before the write. */
function changesDuringWhich(happens: () => void): SessionChanges {
  return {
    ...noChanges(),
    get removed() {
      happens()
      return []
    },
  }
}
