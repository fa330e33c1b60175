import type { SessionChanges, SessionRecord, SessionStore } from '../../custom-storage/storage.ts'
import type { SessionStorage } from '../../session.ts'
import type { Step, Turns } from './turns.ts'

/** Called when an operation of a store is over: whether it wrote what was asked of it. */
type Note = (wrote: boolean) => void

/**
 * A store whose operations each wait to be let go.
 *
 * @param ids Gets every id under which something is stored
 */
export function createSteppingStore(
  store: SessionStore,
  turns: Turns,
  note: Note,
  ids: Set<string>,
): SessionStore {
  async function write(
    name: string,
    operation: () => ReturnType<SessionStore['update']>,
  ): Promise<SessionRecord | null> {
    await turns.wait(writing(name))
    const record = await operation()
    // A record that was left in the place of a replaced one is answered, but not written to.
    note(record !== null && record.successor === undefined)
    return record
  }

  return {
    async read(id) {
      await turns.wait(reading('read'))
      return store.read(id)
    },
    async create(id, record) {
      await turns.wait(writing('create'))
      ids.add(id)
      await store.create(id, record)
      note(true)
    },
    update: (id: string, changes: SessionChanges) =>
      write('update', () => store.update(id, changes)),
    replace(id, newId, changes, left) {
      ids.add(newId)
      return write('replace', () => store.replace(id, newId, changes, left))
    },
    async delete(id) {
      await turns.wait(writing('delete'))
      const left = await store.delete(id)
      note(!left)
      return left
    },
  }
}

/** For a storage whose store cannot be reached: reading and saving wait, each as one step. */
export function createSteppingStorage(
  storage: SessionStorage,
  turns: Turns,
  note: Note,
): SessionStorage {
  return {
    ...storage,
    async read(cookie, options) {
      if (cookie !== '') await turns.wait(reading('read'))
      return storage.read(cookie, options)
    },
    async save(session) {
      await turns.wait(writing('save'))
      const saved = await storage.save(session)
      note(true)
      return saved
    },
  }
}

function reading(name: string): Step {
  return { name, touches: 'store', writes: false }
}

function writing(name: string): Step {
  return { name, touches: 'store', writes: true }
}
