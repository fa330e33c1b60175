import type { SessionStorage } from 'remix/session'

/**
 * Has a storage wait with the next session that it is to save, as on a slow machine.
 *
 * @returns When it has begun to wait, and what ends that
 */
export function holdNextSave(storage: SessionStorage): {
  held: Promise<void>
  release: () => void
} {
  const { save } = storage
  const { promise: held, resolve: hold } = Promise.withResolvers<void>()
  const { promise: released, resolve } = Promise.withResolvers<void>()
  storage.save = async (session) => {
    storage.save = save
    hold()
    await released
    return save(session)
  }
  return {
    held,
    release() {
      storage.save = save
      resolve()
    },
  }
}
