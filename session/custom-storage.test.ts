import { DatabaseSync } from 'node:sqlite'
import { applyChanges, createCustomSessionStorage } from 'remix/session/custom-storage'
import type { SessionChanges, SessionRecord, SessionStore } from 'remix/session/custom-storage'
import { describeSessionStorage } from 'remix/session/testing'

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
