import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { getSessionState } from 'remix/session'
import { applyChanges, createCustomSessionStorage } from 'remix/session/custom-storage'
import type { SessionChanges, SessionRecord, SessionStore } from 'remix/session/custom-storage'
import { beginRequest, describeSessionStorage, lookInto, playRequest } from 'remix/session/testing'
import { WatchedStore } from './fault-tests/watched-store.ts'

const COLOR: string = 'color'

/** Keeps session records in a table: the example of the README for a storage of one's own. */
function createSqliteStore(db: DatabaseSync): SessionStore {
  db.exec('CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, record TEXT NOT NULL)')
  const select = db.prepare('SELECT record FROM sessions WHERE id = ?')
  const insert = db.prepare('INSERT INTO sessions (id, record) VALUES (?, ?)')
  const remove = db.prepare('DELETE FROM sessions WHERE id = ?')

  function read(id: string): SessionRecord | null {
    const row = select.get(id)
    return row ? (JSON.parse(row.record as string) as SessionRecord) : null
  }

  // Reading, changing and writing are one step: nobody else writes between BEGIN and COMMIT.
  function replace(id: string, newId: string, changes: SessionChanges): SessionRecord | null {
    db.exec('BEGIN IMMEDIATE')
    try {
      const latest = read(id)
      const record = latest && applyChanges(latest, changes)
      if (record) {
        remove.run(id)
        insert.run(newId, JSON.stringify(record))
      }
      db.exec('COMMIT')
      return record
    } catch (error) {
      db.exec('ROLLBACK')
      throw error
    }
  }

  return {
    read,
    create: (id, record) => void insert.run(id, JSON.stringify(record)),
    update: (id, changes) => replace(id, id, changes),
    replace,
    delete: (id) => void remove.run(id),
  }
}

describeSessionStorage('a storage of one’s own, on SQLite', (limits) => {
  const db = new DatabaseSync(':memory:')
  const storage = createCustomSessionStorage(createSqliteStore(db), limits)
  return {
    storage,
    countSessions: () => Number(db.prepare('SELECT count(*) AS n FROM sessions').get()!.n),
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
  ): Promise<SessionRecord | null> {
    await this.#meet('replace')
    return super.replace(id, newId, changes)
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
        assert.equal(store.records.size, end === 'destroy' ? 0 : 1)
      })
    }
  }

  it('destroy wins against a flash that is being claimed', async () => {
    const store = new SlowStore()
    const storage = createCustomSessionStorage(store)
    const cookie = await playRequest(storage, '', (session) => session.flash(COLOR, 'red'))
    store.before.set('update', () => playRequest(storage, cookie, (session) => session.destroy()))
    const page = await beginRequest(storage, cookie)
    assert.deepEqual(page.session.data, {})
    assert.equal(await page.finish(), '')
    assert.equal(store.records.size, 0)
  })
})
