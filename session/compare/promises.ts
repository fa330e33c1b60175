import { mock } from 'node:test'
import type { Peer, PeerOptions, Visit } from './peer.ts'

/** Opens a library as another process would: all that one check opens share what is on disk. */
export type Open = (options?: Partial<PeerOptions>) => Promise<Peer>

/** Whether a promise holds; `null` where the library has nothing of the kind. */
export type Check = (open: Open) => Promise<boolean | null>

export const PROMISES: Record<string, Check> = {
  'two requests at once both keep what they changed': async (open) => {
    const peer = await open()
    const cookie = await begin(peer)
    const [first, second] = [gate(), gate()]
    const a = peer.send(cookie, change('a', first))
    const b = peer.send(cookie, change('b', second))
    await Promise.all([first.reached, second.reached])
    first.open()
    await a
    second.open()
    const held = await b
    const data = await look(peer, held, ['a', 'b'])
    return data['a'] === 1 && data['b'] === 1
  },
  'a session that was destroyed stays dead': async (open) => {
    const peer = await open()
    const cookie = await begin(peer)
    const slow = gate()
    const answer = peer.send(cookie, change('a', slow)).catch(() => '')
    await slow.reached
    await peer.send(cookie, (visit) => visit.destroy())
    slow.open()
    const late = await answer
    const elsewhere = await open()
    for (const held of [cookie, late]) {
      for (const each of [peer, elsewhere]) {
        if ((await look(each, held, ['user']))['user'] !== undefined) return false
      }
    }
    return true
  },
  'nobody reads half a session': async (open) => {
    const peer = await open()
    const text = 'x'.repeat(500_000)
    let cookie: string
    try {
      cookie = await begin(peer)
      cookie = await peer.send(cookie, (visit) => visit.set('text', text))
    } catch {
      return null
    }
    if (cookie.length > 4096) return null // it has no room for so much
    if ((await look(peer, cookie, ['text']))['text'] !== text) return null
    for (let round = 0; round < 40; round++) {
      const write = { isDone: false }
      const answer = peer
        .send(cookie, (visit) => visit.set('text', `${round}${text}`))
        .catch(() => '')
        .finally(() => (write.isDone = true))
      while (!write.isDone) {
        const seen = await look(peer, cookie, ['user']).catch(() => ({ user: 'an error' }))
        if (seen['user'] !== 'alice') return false
      }
      await answer
    }
    return true
  },
  'nobody reads the cookie': async (open) => {
    const cookie = decodeURIComponent(await begin(await open()))
    const views = cookie
      .split(/[=.;]/)
      .map((part) => Buffer.from(part, 'base64').toString('latin1'))
    return ![cookie, ...views].some((view) => view.includes('alice'))
  },
  'a cookie moved to another name is worth nothing': async (open) => {
    const options = { cookieName: 'first' }
    const cookie = await begin(await open(options))
    const again = await look(await open(options), cookie, ['user'])
    if (again['user'] !== 'alice') return null // its store is gone with the process
    const other = await open({ cookieName: 'second' })
    const moved = cookie.replaceAll('first', 'second')
    return (await look(other, moved, ['user']))['user'] === undefined
  },
  'the server ends a session that was not used': async (open) => {
    mock.timers.enable({ apis: ['Date'], now: Date.now() })
    try {
      const peer = await open()
      const cookie = await begin(peer)
      mock.timers.tick(2 * 3600 * 1000) // it was opened with an hour
      return (await look(peer, cookie, ['user']))['user'] === undefined
    } finally {
      mock.timers.reset()
    }
  },
  'a flash is shown once, also to two pages at once': async (open) => {
    const peer = await open()
    let hasFlashes = false
    const cookie = await peer.send('', (visit) => {
      visit.set('user', 'alice')
      hasFlashes = visit.flash !== undefined
      visit.flash?.('note', 'saved')
    })
    if (!hasFlashes) return null
    const seen: unknown[] = []
    const gates = [gate(), gate()]
    const pages = gates.map((each) =>
      peer.send(cookie, async (visit) => {
        seen.push(visit.get('note'))
        await each.pass()
      }),
    )
    await Promise.all(gates.map((each) => each.reached))
    for (const each of gates) each.open()
    await Promise.all(pages)
    return seen.filter((value) => value === 'saved').length === 1
  },
}

/**
 * What no cookie alone can do, whoever writes it: two answers bring two cookies, and the browser keeps
 * the last; an old cookie opens as long as it lives.
 */
export const NEEDS_A_STORE: ReadonlySet<string> = new Set([
  'two requests at once both keep what they changed',
  'a session that was destroyed stays dead',
  'a flash is shown once, also to two pages at once',
])

function begin(peer: Peer): Promise<string> {
  return peer.send('', (visit) => visit.set('user', 'alice'))
}

function change(key: string, at: Gate): (visit: Visit) => Promise<void> {
  return async (visit) => {
    await at.pass()
    visit.set(key, 1)
  }
}

async function look(peer: Peer, cookie: string, keys: string[]): Promise<Record<string, unknown>> {
  const seen: Record<string, unknown> = {}
  await peer.send(cookie, (visit) => {
    for (const key of keys) seen[key] = visit.get(key)
  })
  return seen
}

/** Holds a request until it is opened. */
interface Gate {
  reached: Promise<void>
  pass(): Promise<void>
  open(): void
}

function gate(): Gate {
  const arrival = Promise.withResolvers<void>()
  const opening = Promise.withResolvers<void>()
  return {
    reached: arrival.promise,
    pass() {
      arrival.resolve()
      return opening.promise
    },
    open: opening.resolve,
  }
}
