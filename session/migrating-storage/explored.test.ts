import { createCookie } from 'remix/cookie'
import { getSessionState } from 'remix/session'
import type { Session, SessionStorage } from 'remix/session'
import { createCustomSessionStorage } from 'remix/session/custom-storage'
import type { SessionStore } from 'remix/session/custom-storage'
import { createMigratingSessionStorage } from 'remix/session/migrating-storage'
import { exploreSessionStorage } from 'remix/session/testing'
import type { StageLimits } from 'remix/session/testing'
import { fewerPlays } from '../fixtures/exploring.ts'
import { createMapStore } from '../testing/explorer/map-store.ts'

const replay = process.env.REPLAY

// Not each operation of the stores: a request that waits for another one to move its session takes no step.
exploreSessionStorage(
  'a migrating storage',
  (limits) => open(limits, [createMapStore(), createMapStore()]),
  { replay, promises: { keepsCookies: false }, ...fewerPlays },
)

exploreSessionStorage(
  'a migrating storage in two processes',
  (limits) => {
    const stores = [createMapStore(), createMapStore()] as const
    return { storage: open(limits, stores), elsewhere: open(limits, stores) }
  },
  { replay, promises: { keepsCookies: false, readsFlashesOnce: false }, ...fewerPlays },
)

exploreSessionStorage(
  'a migrating storage in two processes, each operation of its stores',
  (limits) => {
    // Its end in the old store is no step: the model takes the last one that writes for the moment of a change.
    const old = createMapStore()
    const from = { ...limits.stepped(old), delete: old.delete }
    const stores = [from, limits.stepped(createMapStore())] as const
    return { storage: open(limits, stores), elsewhere: open(limits, stores) }
  },
  {
    replay,
    promises: { keepsCookies: false, readsFlashesOnce: false },
    random: 0,
    pairs: ['', 'merge.cart', 'set.a regenerateId'],
    few: [],
    triples: [],
  },
)

/** A server that moves what began in the old store, with a cookie that an older secret signed. */
function open(
  { cookie, maxAge, now }: StageLimits,
  stores: readonly [SessionStore, SessionStore],
): SessionStorage {
  const secrets = ['nE2wKq7pXv4mRz9sTb6yHc3dGf8jLa5u', ...cookie.secrets]
  const rotated = createCookie(cookie.name, { secrets, maxAge: cookie.maxAge })
  const from = createCustomSessionStorage(stores[0], { maxAge, now })
  const to = createCustomSessionStorage(stores[1], { maxAge, now })
  const migrating = createMigratingSessionStorage(rotated, { from, to })
  const back = createMigratingSessionStorage(cookie, { from: to, to: from })
  const begun = new WeakSet<Session>()
  return {
    ...migrating,
    save(session) {
      const { origin, former, replaced } = getSessionState(session)
      if (origin === null && former === null && !replaced) begun.add(session)
      return (begun.has(session) ? back : migrating).save(session)
    },
  }
}
