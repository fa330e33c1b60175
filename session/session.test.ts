import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { createSession, createSessionId, getSessionState, isSessionId } from 'remix/session'
import { createCustomSessionStorage } from 'remix/session/custom-storage'
import { createFakeClock, playRequest } from 'remix/session/testing'
import { WatchedStore } from './fixtures/watched-store.ts'

const COLOR: string = 'color'
const LIST: string = 'list'
const NOTE: string = 'note'

describe('a new session', () => {
  it('is empty, or has the values it was created with', () => {
    assert.deepEqual(createSession().data, {})
    const session = createSession({ [COLOR]: 'red', [LIST]: [1], nothing: null })
    assert.equal(session.get(COLOR), 'red')
    assert.equal(session.get('nothing' as string), null)
    assert.equal(session.has('nothing'), true)
    assert.deepEqual(session.data, { [COLOR]: 'red', [LIST]: [1], nothing: null })
  })

  it('with values can be stored at once', async () => {
    const storage = createCustomSessionStorage(new WatchedStore())
    const cookie = await storage.save(createSession({ [COLOR]: 'red' }))
    assert.equal((await storage.read(cookie)).get(COLOR), 'red')
  })

  it('takes keys such as __proto__ literally', () => {
    const session = createSession(JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}'))
    assert.deepEqual(session.get('__proto__' as string), { a: 1 })
    assert.deepEqual(Object.keys(session.data), ['__proto__', 'constructor'])
    assert.equal(createSession().has('__proto__'), false)
    assert.equal(createSession().get('toString' as string), undefined)
  })
})

describe('a session', () => {
  it('has one namespace: the later of set and flash counts, unset removes either', () => {
    const session = createSession()
    session.set(COLOR, 'value')
    session.flash(COLOR, 'flash')
    assert.equal(session.get(COLOR), 'flash')
    assert.equal(session.get(COLOR), undefined)
    session.flash(COLOR, 'flash')
    session.set(COLOR, 'value')
    assert.equal(session.get(COLOR), 'value')
    assert.equal(session.get(COLOR), 'value')
    session.unset(COLOR)
    assert.equal(session.has(COLOR), false)
    session.flash(COLOR, 'flash')
    session.unset(COLOR)
    assert.deepEqual(session.data, {})
  })

  it('shows in data exactly the keys that it has, and looking consumes nothing', () => {
    const session = createSession({ [COLOR]: 'red' })
    session.flash(NOTE, 'Saved')
    for (let i = 0; i < 3; i++) {
      assert.deepEqual(session.data, { [COLOR]: 'red', [NOTE]: 'Saved' })
      assert.equal(session.has(NOTE), true)
      inspect(session)
      JSON.stringify(session)
    }
    assert.equal(session.get(NOTE), 'Saved')
    assert.deepEqual(session.data, { [COLOR]: 'red' })
  })

  it('gives out copies in data', () => {
    const session = createSession({ [LIST]: [{ a: 1 }] })
    const { data } = session
    ;(data[LIST] as unknown[]).push('mine')
    data['more'] = 1
    assert.deepEqual(session.data, { [LIST]: [{ a: 1 }] })
    assert.throws(() => Object.assign(session, { data: {} }), TypeError)
    assert.throws(() => Object.assign(session, { id: 'chosen' }), TypeError)
  })

  it('shows neither id nor values when it is logged', () => {
    const session = createSession({ [COLOR]: 'secret' })
    for (const text of [inspect(session), JSON.stringify(session), String(session)]) {
      assert.equal(text.includes(session.id), false)
      assert.equal(text.includes('secret'), false)
    }
  })

  it('shows its keys when it is logged, whatever is in it, and that is no use of it', async () => {
    const clock = createFakeClock()
    const store = new WatchedStore()
    const storage = createCustomSessionStorage(store, { maxAge: 100, now: clock.now })
    const cookie = await playRequest(storage, '', (session) => {
      session.set(COLOR, 'red')
      session.set(LIST, [1])
      session.flash(NOTE, 'Saved')
    })
    clock.advance(50)
    store.takeLog()
    await playRequest(storage, cookie, (session) => {
      assert.equal(inspect(session), 'Session { color, list, note }')
    })
    assert.deepEqual(store.takeLog(), ['read'])
    const session = await storage.read(cookie)
    ;(session.get(LIST) as unknown[]).push(() => {})
    session.unset(COLOR)
    session.set('size' as string, 'XL')
    assert.equal(inspect(session), 'Session { list, note, size }')
    session.get(NOTE)
    assert.equal(inspect(session), 'Session { list, size }')
    session.destroy()
    assert.equal(inspect(session), 'Session {  }')
  })

  it('tells in data the key and the path of what was made no JSON', () => {
    const session = createSession({ [LIST]: [{}] })
    const [first] = session.get(LIST) as Record<string, unknown>[]
    first!['proxy'] = new Proxy({}, {})
    assert.deepEqual(session.data, { [LIST]: [{ proxy: {} }] })
    first!['work'] = () => {}
    const message = /^Session key "list": the value at \[0\]\.work is a function/
    assert.throws(() => session.data, { name: 'TypeError', message })
  })

  it('of which all is looked at while an object is changed for a moment is as it was', async () => {
    const storage = createCustomSessionStorage(new WatchedStore())
    const cookie = await storage.save(createSession({ [LIST]: [{ n: 0 }] }))
    const session = await storage.read(cookie)
    const [first] = session.get(LIST) as { n: number }[]
    first!.n = 1
    assert.deepEqual(session.data, { [LIST]: [{ n: 1 }] })
    first!.n = 0
    assert.equal(getSessionState(session).changed, false)
  })

  it('that was destroyed is empty, and writing to it throws and says why', () => {
    const session = createSession({ [COLOR]: 'red' })
    session.flash(NOTE, 'Saved')
    session.destroy()
    assert.deepEqual(
      [session.get(COLOR), session.get(NOTE), session.has(COLOR), session.data],
      [undefined, undefined, false, {}],
    )
    for (const write of [
      () => session.set(COLOR, 'blue'),
      () => session.merge(LIST, { a: 1 }),
      () => session.flash(NOTE, 'x'),
      () => session.unset(COLOR),
      () => session.regenerateId(),
      () => session.setMaxAge(60),
    ]) {
      assert.throws(write, /^Error: Cannot .*: the session was destroyed earlier in this request/)
    }
    session.destroy()
  })

  it('forgets an object that was merged, looked at and unset', async () => {
    const storage = createCustomSessionStorage(new WatchedStore())
    const cookie = await playRequest(storage, '', (session) => {
      session.merge(LIST, { a: 1 })
      ;(session.get(LIST) as { b?: number }).b = 2
      session.unset(LIST)
    })
    assert.equal(cookie, '')
  })

  it('replaces a flash by what is merged, stored or not', async () => {
    const storage = createCustomSessionStorage(new WatchedStore())
    const cookie = await playRequest(storage, '', (session) => {
      session.flash(LIST, { old: 1 })
      session.flash(NOTE, { old: 1 })
      session.merge(NOTE, { a: 1 })
    })
    await playRequest(storage, cookie, (session) => {
      session.merge(LIST, { a: 1 })
      assert.deepEqual(session.data, { [LIST]: { a: 1 }, [NOTE]: { a: 1 } })
    })
  })

  it('refuses an idle limit that is no positive whole number', () => {
    const session = createSession()
    for (const seconds of [0, -1, 1.5, NaN, Infinity, '60' as never]) {
      assert.throws(() => session.setMaxAge(seconds), RangeError)
    }
  })

  it('keeps its id until regenerateId, and its data then', () => {
    const session = createSession({ [COLOR]: 'red' })
    const { id } = session
    assert.equal(session.id, id)
    session.regenerateId()
    assert.notEqual(session.id, id)
    assert.equal(session.get(COLOR), 'red')
  })
})

describe('from request to request', () => {
  it('a visitor signs in, works, and signs out', async () => {
    const storage = createCustomSessionStorage(new WatchedStore())
    const anonymous = await playRequest(storage, '', (session) => session.set(LIST, ['book']))
    const signedIn = await playRequest(storage, anonymous, (session) => {
      session.set('user' as string, 7)
      session.flash(NOTE, 'Welcome')
      session.regenerateId()
    })
    await playRequest(storage, signedIn, (session) => {
      assert.equal(session.get(NOTE), 'Welcome')
      assert.deepEqual(session.data, { [LIST]: ['book'], user: 7 })
    })
    await playRequest(storage, anonymous, (session) => assert.deepEqual(session.data, {}))
    assert.equal(await playRequest(storage, signedIn, (session) => session.destroy()), '')
    await playRequest(storage, signedIn, (session) => assert.deepEqual(session.data, {}))
  })
})

describe('for authors of storages', () => {
  it('the state tells where a session came from and what must be stored', async () => {
    const storage = createCustomSessionStorage(new WatchedStore())
    const cookie = await playRequest(storage, '', (session) => {
      session.set(COLOR, 'red')
      session.set(LIST, [1])
      session.flash(NOTE, 'Saved')
    })
    const session = await storage.read(cookie)
    const state = getSessionState(session)
    assert.equal(state.changed, false)
    assert.equal(state.origin?.id, cookie)

    session.set(COLOR, 'blue')
    session.unset(LIST)
    session.get(NOTE)
    session.flash('other' as string, 1)
    session.merge('basket' as string, { a: 1, b: undefined })
    assert.equal(state.changed, true)
    assert.deepEqual(state.changes(), {
      set: [[COLOR, '"blue"']],
      flash: [['other', '1']],
      merge: [
        [
          'basket',
          [
            ['a', '1'],
            ['b', null],
          ],
        ],
      ],
      removed: [LIST],
      read: [[NOTE, state.origin!.record.flashes[NOTE]!.token]],
    })
    assert.equal(state.deleteId, undefined)
    session.regenerateId(false)
    assert.equal(state.deleteId, undefined)
    session.regenerateId()
    assert.equal(state.deleteId, cookie)
    session.regenerateId(false)
    assert.equal(state.deleteId, cookie)
  })
})

describe('session ids', () => {
  it('are 64 lower-case hexadecimal digits, and none comes twice', () => {
    const ids = Array.from({ length: 10_000 }, createSessionId)
    assert.equal(new Set(ids).size, ids.length)
    for (const id of ids) assert.ok(isSessionId(id))
    // Every digit takes every value: nothing about an id is fixed.
    for (let digit = 0; digit < 64; digit++) {
      assert.equal(new Set(ids.map((id) => id[digit])).size, 16)
    }
  })

  it('are told from everything else', () => {
    const id = createSessionId()
    const capitals = `${'a'.repeat(63)}F`
    for (const other of ['', id.slice(1), `${id}0`, capitals, `${id}\n`, ` ${id}`]) {
      assert.equal(isSessionId(other), false, other)
    }
  })
})
