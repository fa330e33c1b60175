import { SessionEndedError } from '../errors.ts'
import { getSessionState } from '../session.ts'
import type { Session, SessionStorage } from '../session.ts'

/**
 * Saves a session as its storage does. Where none of several cookies counted, and somebody has just proved who
 * it is or wants to be logged out, their sessions end in the store: one that was planted is the
 * attacker's own, and an old one of ours is of no use to its visitor any more. Else it would go on so for
 * as long as the browser has both.
 */
export async function saveAndEndStrangers(
  session: Session,
  storage: SessionStorage,
): Promise<string> {
  const state = getSessionState(session)
  const { sent, cookie } = state.keeper!
  const isStranger = sent.length > 1 && cookie === ''
  const ends = isStranger && (state.regenerated || state.destroyed || state.wasReset)
  const saved = await storage.save(session)
  if (ends) for (const value of sent) await endStranger(value, storage)
  return saved
}

async function endStranger(value: string, storage: SessionStorage): Promise<void> {
  const stranger = await storage.read(value, { flashes: 'keep' })
  if (getSessionState(stranger).origin === null) return
  stranger.destroy()
  try {
    await storage.save(stranger)
  } catch (error) {
    // It got a new id meanwhile: that is not what the browser holds.
    if (!(error instanceof SessionEndedError)) throw error
  }
}
