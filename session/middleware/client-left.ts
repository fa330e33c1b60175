import { SessionPart } from '../part.ts'
import { getSessionState } from '../session.ts'
import type { Session, SessionStorage } from '../session.ts'
import { warn } from '../warning.ts'

/**
 * The client left, so the router waits no longer for the handler, which goes on. What it changes is
 * saved as it is changed, since nobody can see when it is done. It knows nothing of these saves, so it
 * may write while one is under way: that is in the next, and so is what could not be saved.
 */
export function saveWithoutResponse(session: Session, storage: SessionStorage): void {
  const state = getSessionState(session)
  state.values.giveBackFlashes()
  state.values.flashes.hidesAll = true
  const keeper = state.keeper!
  if (keeper.keptInCookie()) return
  let isDue = false
  let last = Promise.resolve<unknown>(state.saving)

  function saveNext(): Promise<string> {
    const saved = last.then(savePart)
    last = saved.catch(() => {})
    return saved
  }

  async function savePart(): Promise<string> {
    isDue = false
    while (state.storing) await state.storing.catch(() => {}) // by storage.save
    const part = SessionPart.of(state)
    if (part === null) return ''
    try {
      const saved = await storage.save(part.session)
      part.saved()
      return saved
    } catch (error) {
      part.failed(error)
      throw error
    }
  }

  keeper.save = saveNext
  state.onUse = () => {
    if (isDue) return
    isDue = true
    setImmediate(() =>
      saveNext().catch((error) => {
        warn(`A session whose client had left was not saved: ${String(error)}`)
      }),
    )
  }
  state.onUse()
}
