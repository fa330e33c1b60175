import type { Storage } from '../server.ts'
import type { Scene } from './scene.ts'
import type { ChapterKey } from './story.ts'
import { storageWords } from './words.ts'

/** What a chapter has shown. */
export interface Verdict {
  good: boolean
  /** In two or three words. */
  short: string
  why: string
}

/** Judges a scene by what was seen in it; most chapters have nothing to judge. */
export function judge(storage: Storage, key: ChapterKey, scene: Scene): Verdict | null {
  switch (key) {
    case 'planted':
    case 'stolen':
      return judgeCookie(storage, key, scene)
    case 'restart':
      return 'loginId' in scene.session.data && 'cart' in scene.session.data
        ? { good: true, short: 'Everything is there.', why: 'Still signed in, with the cart.' }
        : { good: false, short: 'Everything is lost.', why: 'Signed out, and the cart is empty.' }
    default:
      return null
  }
}

function judgeCookie(storage: Storage, key: ChapterKey, { exchanges, session }: Scene): Verdict {
  const gotIn = exchanges.some(
    ({ request, status }) => request === 'GET /account' && status === 200,
  )
  if (gotIn) return { good: false, short: 'Signed in!', why: 'This must not be.' }
  const opens = session.id !== null
  const why =
    key === 'planted' && opens
      ? 'The copy still opens and shows the cart of then, but no login was in it.'
      : storageWords[storage].whyDead
  return { good: true, short: 'Not signed in.', why }
}
