import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { getSessionState } from 'remix/session'
import { applyChanges, createCustomSessionStorage } from 'remix/session/custom-storage'
import type { SessionChanges, SessionRecord, SessionStore } from 'remix/session/custom-storage'
import { beginRequest, describeSessionStorage, lookInto, playRequest } from 'remix/session/testing'
import { WatchedStore } from '../fixtures/watched-store.ts'

const COLOR: string = 'color'

/** Keeps session records in a table: the example of the README for a storage of one's own. */
function createSqliteStore(db: DatabaseSync): SessionStore {
  db.exec('CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, record TEXT NOT NULL)')
  const select = db.prepare('SELECT record FROM sessions WHERE id = ?')
  const insert = db.prepare('INSERT INTO sessions (id, record) VALUES (?, ?)')
  const put = db.prepare('INSERT OR REPLACE INTO sessions (id, record) VALUES (?, ?)')
  const remove = db.prepare('DELETE FROM sessions WHERE id = ?')

  function read(id: string): SessionRecord | null {
    const row = select.get(id)
    return row ? (JSON.parse(row.record as string) as SessionRecord) : null
  }

  // Nobody else writes between BEGIN and COMMIT.
  function inOneStep<result>(action: () => result): result {
    db.exec('BEGIN IMMEDIATE')
    try {
      const result = action()
      db.exec('COMMIT')
      return result
    } catch (error) {
      db.exec('ROLLBACK')
      throw error
    }
  }

  function change(id: string, newId: string, changes: SessionChanges): SessionRecord | null {
    const latest = read(id)
    const record = latest && applyChanges(latest, changes)
    // One with a successor stays as it is.
    if (record && record !== latest) put.run(newId, JSON.stringify(record))
    return record
  }

  return {
    read,
    create: (id, record) => void insert.run(id, JSON.stringify(record)),
    update: (id, changes) => inOneStep(() => change(id, id, changes)),
    replace: (id, newId, changes, left) =>
      inOneStep(() => {
        const record = change(id, newId, changes)
        if (record && !record.successor) put.run(id, JSON.stringify(left))
        return record
      }),
    delete: (id) =>
      inOneStep(() => {
        const record = read(id)
        if (record?.successor) return record
        remove.run(id)
        return null
      }),
  }
}

describeSessionStorage('a storage of one’s own, on SQLite', (limits) => {
  const db = new DatabaseSync(':memory:')
  const storage = createCustomSessionStorage(createSqliteStore(db), limits)
  return {
    storage,
    countSessions() {
      const rows = db.prepare('SELECT record FROM sessions').all()
      return rows.filter(({ record }) => !JSON.parse(String(record)).successor).length
    },
    breakStore() {
      db.exec('ALTER TABLE sessions RENAME TO lost')
      return () => db.exec('ALTER TABLE lost RENAME TO sessions')
    },
    close: () => db.close(),
  }
})

/** A store that can be held up in the middle of a save, as one over a network is. */
class SlowStore extends WatchedStore {
  /** Runs once, just before the operation. */
  readonly before = new Map<keyof SessionStore, () => Promise<unknown>>()

  async #meet(operation: keyof SessionStore): Promise<void> {
    const meanwhile = this.before.get(operation)
    this.before.delete(operation)
    await meanwhile?.()
  }

  override async read(id: string): Promise<SessionRecord | null> {
    await this.#meet('read')
    return super.read(id)
  }

  override async create(id: string, record: SessionRecord): Promise<void> {
    await this.#meet('create')
    return super.create(id, record)
  }

  override async update(id: string, changes: SessionChanges): Promise<SessionRecord | null> {
    await this.#meet('update')
    return super.update(id, changes)
  }

  override async replace(
    id: string,
    newId: string,
    changes: SessionChanges,
    left: SessionRecord,
  ): Promise<SessionRecord | null> {
    await this.#meet('replace')
    return super.replace(id, newId, changes, left)
  }
}

it('an anonymous visit costs not even an id', async () => {
  const storage = createCustomSessionStorage(new WatchedStore())
  const session = await storage.read('')
  assert.equal(session.get(COLOR), undefined)
  Object.defineProperty(getSessionState(session), 'id', {
    get: () => assert.fail('an id was made'),
  })
  assert.equal(await storage.save(session), '')
})

describe('in the middle of a save', () => {
  for (const [operation, deleteOld] of [
    ['create', false],
    ['replace', true],
  ] as const) {
    for (const end of ['destroy', 'regenerateId'] as const) {
      it(`${end} wins against regenerateId(${deleteOld})`, async () => {
        const store = new SlowStore()
        const storage = createCustomSessionStorage(store)
        const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
        const slow = await beginRequest(storage, cookie)
        slow.session.regenerateId(deleteOld)
        store.before.set(operation, () => playRequest(storage, cookie, (session) => session[end]()))
        assert.equal(await slow.finish(), '')
        assert.deepEqual(await lookInto(storage, slow.session.id), {})
        assert.equal(store.countSessions(), end === 'destroy' ? 0 : 1)
      })
    }
  }

  it('a session that runs out while others are looked for who changed it stays over', async () => {
    let seconds = 0
    const store = new SlowStore()
    const storage = createCustomSessionStorage(store, { maxAge: 100, now: () => seconds * 1000 })
    const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    const slow = await beginRequest(storage, cookie)
    slow.session.set(COLOR, 'red')
    await playRequest(storage, cookie, (session) => session.unset(COLOR))
    store.before.set('read', async () => void (seconds = 100))
    assert.equal(await slow.finish(), '')
    assert.deepEqual(await lookInto(storage, cookie), {})
  })
})
