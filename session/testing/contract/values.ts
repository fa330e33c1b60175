import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSession, getSessionState } from '../../session.ts'
import type { Session } from '../../session.ts'
import type { Contract } from './contract.ts'
import { beginRequest, lookInto, playRequest } from './request.ts'

// Typed as string, so that the keys an application declares do not matter here.
const COLOR: string = 'color'
const LIST: string = 'list'
const OTHER: string = 'other'

const ORDINARY_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  '',
  '0',
  'a.b',
  'Schlüssel 🗝',
]

/** Rules about values: what goes in comes out, and nothing is shared. */
export function describeValues(contract: Contract): void {
  describe('values', () => {
    it('a browser without a cookie has an empty session', async (t) => {
      const { storage } = await contract.open(t)
      const session = await storage.read('')
      assert.deepEqual(session.data, {})
      assert.equal(getSessionState(session).origin, null)
    })

    it('a value set in one request is there in the next', async (t) => {
      const { storage } = await contract.open(t)
      const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
      assert.notEqual(cookie, '')
      await playRequest(storage, cookie, (session) => {
        assert.equal(session.get(COLOR), 'red')
        assert.equal(session.has(COLOR), true)
        assert.deepEqual(session.data, { [COLOR]: 'red' })
        assert.equal(session.get(OTHER), undefined)
        assert.equal(session.has(OTHER), false)
      })
    })

    it('keys such as __proto__ and constructor are ordinary keys', async (t) => {
      const { storage } = await contract.open(t)
      for (const kind of ['set', 'flash'] as const) {
        const cookie = await playRequest(storage, '', (session) => {
          for (const key of ORDINARY_KEYS) {
            assert.equal(session.has(key), false, `${key} is there before it was ${kind}`)
            assert.equal(session.get(key), undefined)
            session[kind](key, { it: key })
          }
        })
        await playRequest(storage, cookie, (session) => {
          assert.deepEqual(Object.keys(session.data).sort(), [...ORDINARY_KEYS].sort())
          for (const key of ORDINARY_KEYS) {
            assert.equal(session.has(key), true)
            assert.deepEqual(session.get(key), { it: key })
            if (kind === 'set') session.unset(key)
          }
          assert.deepEqual(session.data, {})
        })
      }
      assert.equal('it' in {}, false, 'Object.prototype was polluted')
    })

    it('a change inside a value is saved without set', async (t) => {
      const { storage } = await contract.open(t)
      let cookie = await playRequest(storage, '', (session) =>
        session.set(LIST, { items: ['a'], owner: { name: 'x' } }),
      )
      cookie = await playRequest(storage, cookie, (session) => {
        const value = session.get(LIST) as { items: string[]; owner: { name: string } }
        value.items.push('b')
        value.owner.name = 'y'
        assert.deepEqual(session.data[LIST], { items: ['a', 'b'], owner: { name: 'y' } })
      })
      assert.deepEqual(await lookInto(storage, cookie), {
        [LIST]: { items: ['a', 'b'], owner: { name: 'y' } },
      })
    })

    it('what goes in is copied: an object that the application keeps is never shared', async (t) => {
      const { storage } = await contract.open(t)
      const kept = { items: [] as string[] }
      const ways: Record<string, (session: Session) => void> = {
        set: (session) => session.set(LIST, kept),
        flash: (session) => session.flash(LIST, kept),
        merge: (session) => session.merge(LIST, { inner: kept }),
        'set twice': (session) => {
          session.set(LIST, kept)
          session.set('other', kept)
          assert.notEqual(session.get(LIST), session.get('other'))
        },
      }
      for (const [way, put] of Object.entries(ways)) {
        for (const visitor of ['first', 'second']) {
          const cookie = await playRequest(storage, '', (session) => {
            put(session)
            const value = session.get(LIST) as typeof kept & { inner?: typeof kept }
            ;(value.inner ?? value).items.push(visitor)
            kept.items.push('by the application')
            kept.items.pop()
          })
          assert.deepEqual(kept, { items: [] }, way)
          const inside = JSON.stringify(await lookInto(storage, cookie))
          assert.equal(inside.includes('by the application'), false, way)
          const other = visitor === 'first' ? 'second' : 'first'
          assert.equal(inside.includes(other), false, way)
          if (way !== 'flash') assert.ok(inside.includes(visitor), way)
        }
      }
      const session = createSession({ [LIST]: kept })
      ;(session.get(LIST) as typeof kept).items.push('visitor')
      assert.deepEqual(kept, { items: [] })
    })

    it('a change inside what get gave is saved, before and after set', async (t) => {
      const { storage } = await contract.open(t)
      const cookie = await playRequest(storage, '', (session) => {
        session.set(LIST, ['a'])
        const list = session.get(LIST) as string[]
        list.push('b')
        session.set(LIST, list)
        list.push('c')
        assert.equal(session.get(LIST), list)
      })
      assert.deepEqual(await lookInto(storage, cookie), { [LIST]: ['a', 'b', 'c'] })
    })

    it('what is set to what it was is no change, but wins over another request’s', async (t) => {
      const { storage, clock } = await contract.open(t)
      const value = { items: [1, { a: null }], note: 'é' }
      const cookie = await playRequest(storage, '', (session) => {
        session.set(COLOR, 'red')
        session.set(LIST, value)
        session.setMaxAge(500)
      })
      clock.advance(1)
      const renewed = async (): Promise<number | undefined> =>
        getSessionState(await storage.read(cookie)).origin?.record.renewedAt
      const before = await renewed()
      const after = await playRequest(storage, cookie, (session) => {
        session.set(COLOR, 'red')
        session.set(LIST, value)
        session.setMaxAge(500)
      })
      assert.equal(after, cookie)
      assert.equal(await renewed(), before)
      if (!contract.promises.mergesChanges) return
      const slow = await beginRequest(storage, cookie)
      slow.session.set(COLOR, 'red')
      await playRequest(storage, cookie, (session) => session.set(COLOR, 'blue'))
      await slow.finish()
      assert.equal((await lookInto(storage, cookie))[COLOR], 'red')
    })

    it('increment counts from what is a number, and from 0 else', async (t) => {
      const { storage } = await contract.open(t)
      const cookie = await playRequest(storage, '', (session) => {
        assert.equal(session.increment('count'), 1)
        assert.equal(session.increment('count', 4), 5)
        session.set(LIST, ['a'])
        assert.equal(session.increment(LIST, -2), -2)
        session.flash('note', 7)
        assert.equal(session.increment('note', 1), 1)
        assert.throws(() => session.increment('count', 0.5), TypeError)
        assert.throws(() => session.increment('count', NaN), TypeError)
      })
      await playRequest(storage, cookie, (session) => {
        assert.equal(session.increment('count', 2), 7)
        session.unset(LIST)
        assert.equal(session.increment(LIST), 1)
        session.set('note', 1.5)
        assert.equal(session.increment('note'), 2.5)
      }).then(async (after) => {
        assert.deepEqual(await lookInto(storage, after), { count: 7, [LIST]: 1, note: 2.5 })
      })
    })

    it('merge changes properties of a value, and what holds the value sees it', async (t) => {
      const { storage } = await contract.open(t)
      let cookie = await playRequest(storage, '', (session) => {
        session.merge(LIST, { a: 1, b: { c: 2 } })
        session.merge(LIST, { a: undefined, constructor: 3 })
        assert.deepEqual(session.get(LIST), { b: { c: 2 }, constructor: 3 })
      })
      cookie = await playRequest(storage, cookie, (session) => {
        const held = session.get(LIST) as Record<string, unknown>
        session.merge(LIST, { d: 4, constructor: undefined })
        assert.deepEqual(session.get(LIST), { b: { c: 2 }, d: 4 })
        held['e'] = 5
        session.merge(LIST, { f: 6 })
        held['g'] = 7
        assert.throws(() => session.merge(LIST, { f: new Date() }), TypeError)
      })
      assert.deepEqual(await lookInto(storage, cookie), {
        [LIST]: { b: { c: 2 }, d: 4, e: 5, f: 6, g: 7 },
      })
    })

    it('a value that was changed into something that is not JSON is refused whole', async (t) => {
      const { storage } = await contract.open(t)
      const cookie = await playRequest(storage, '', (session) => session.set(LIST, { items: [1] }))
      const { session, finish } = await beginRequest(storage, cookie)
      session.set(COLOR, 'red')
      ;(session.get(LIST) as { items: unknown[] }).items.push(new Map())
      await assert.rejects(finish(), TypeError)
      assert.deepEqual(await lookInto(storage, cookie), { [LIST]: { items: [1] } })
    })

    it('nothing is shared between two requests', async (t) => {
      const { storage } = await contract.open(t)
      const mine = ['mine']
      const cookie = await playRequest(storage, '', (session) => {
        session.set(LIST, mine)
        session.flash(OTHER, mine)
      })
      mine.push('changed after the response')
      const first = await beginRequest(storage, cookie)
      const second = await beginRequest(storage, cookie, { flashes: 'keep' })
      ;(first.session.get(LIST) as string[]).push('never saved')
      assert.deepEqual(second.session.get(LIST), ['mine'])
      assert.deepEqual(await lookInto(storage, cookie).then((data) => data[LIST]), ['mine'])
    })

    it('what a caller does to session.data does not change the session', async (t) => {
      const { storage } = await contract.open(t)
      let cookie = await playRequest(storage, '', (session) => session.set(LIST, { items: ['a'] }))
      cookie = await playRequest(storage, cookie, (session) => {
        const { data } = session
        ;(data[LIST] as { items: string[] }).items.push('b')
        data[COLOR] = 'red'
        assert.deepEqual(session.get(LIST), { items: ['a'] })
        assert.equal(session.has(COLOR), false)
      })
      assert.deepEqual(await lookInto(storage, cookie), { [LIST]: { items: ['a'] } })
    })

    it('set after get, unset after set and set after unset: the last call counts', async (t) => {
      const { storage } = await contract.open(t)
      let cookie = await playRequest(storage, '', (session) => {
        session.set(COLOR, 'red')
        session.set(LIST, [1])
      })
      cookie = await playRequest(storage, cookie, (session) => {
        ;(session.get(LIST) as number[]).push(2)
        session.set(LIST, ['new'])
        session.set(OTHER, 'gone')
        session.unset(OTHER)
        session.unset(COLOR)
        session.set(COLOR, 'blue')
      })
      assert.deepEqual(await lookInto(storage, cookie), { [COLOR]: 'blue', [LIST]: ['new'] })
      cookie = await playRequest(storage, cookie, (session) => session.unset(COLOR))
      assert.deepEqual(await lookInto(storage, cookie), { [LIST]: ['new'] })
    })

    it('a session that stays empty is not stored and needs no cookie', async (t) => {
      const { storage, countSessions } = await contract.open(t)
      const untouched = [
        await playRequest(storage, '', () => {}),
        await playRequest(storage, '', (session) => session.get(COLOR)),
        await playRequest(storage, '', (session) => session.unset(COLOR)),
        await playRequest(storage, '', (session) => session.regenerateId()),
        await playRequest(storage, '', (session) => session.setMaxAge(60)),
        await playRequest(storage, '', (session) => session.destroy()),
        await playRequest(storage, '', (session) => {
          session.set(COLOR, 'red')
          session.unset(COLOR)
        }),
        await playRequest(storage, '', (session) => {
          session.flash(COLOR, 'red')
          session.get(COLOR)
        }),
      ]
      assert.deepEqual(new Set(untouched), new Set(['']))
      if (countSessions) assert.equal(await countSessions(), 0)
    })

    it('a request that only reads leaves the cookie as it is', async (t) => {
      const { storage } = await contract.open(t)
      const cookie = await playRequest(storage, '', (session) => session.set(LIST, { items: [] }))
      const after = await playRequest(storage, cookie, (session) => {
        session.get(LIST)
        session.has(COLOR)
        void session.data
      })
      assert.equal(after, cookie)
    })
  })
}
