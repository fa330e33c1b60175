import { getSessionState, Session } from '../session.ts'
import type { SessionStorage } from '../session.ts'
import { warn } from '../warning.ts'

/**
 * The client left, so the router waits no longer for the handler, which goes on. What it changes is
 * saved as it is changed, since nobody can see when it is done. It knows nothing of these saves, so it
 * may write while one is under way: that is in the next.
 */
export function saveWithoutResponse(session: Session, storage: SessionStorage): void {
  const state = getSessionState(session)
  state.values.giveBackFlashes()
  state.values.flashes.hidesAll = true
  if (storage.keptInCookie) return
  let isDue = false
  let last = Promise.resolve<unknown>(state.saving)
  function saveNext<result>(save: () => Promise<result>): Promise<result> {
    const done = last.then(save)
    last = done.catch(() => {})
    return done
  }

  async function savePart(): Promise<void> {
    isDue = false
    const part = state.splitOff()
    if (part === null) return
    try {
      await storage.save(new Session(part))
    } catch (error) {
      warn(`A session whose client had left was not saved: ${String(error)}`)
    }
  }

  const isStored = (): boolean => state.origin !== null || state.former !== null
  // None begins: nobody would have its cookie.
  state.keeper!.save = () => saveNext(async () => (isStored() ? storage.save(session) : ''))
  state.onUse = () => {
    if (isDue) return
    isDue = true
    setImmediate(() => void saveNext(savePart))
  }
  state.onUse()
}
