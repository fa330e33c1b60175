import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSessionId, getSessionState } from '../../session.ts'
import type { Session, SessionStorage } from '../../session.ts'
import type { Contract } from './contract.ts'
import { beginRequest, lookInto, playRequest } from './request.ts'

const COLOR: string = 'color'

/** What nobody can have as a cookie value: each must be a new session, and nothing else. */
const MALFORMED = [
  ' ',
  '.',
  '..',
  '../../../../etc/passwd',
  '/etc/passwd',
  '%2e%2e%2f',
  '\u0000',
  '__proto__',
  'constructor',
  'null',
  '{}',
  'a'.repeat(63),
  'a'.repeat(65),
  'A'.repeat(64),
  'g'.repeat(64),
  '٣'.repeat(64),
  `${'a'.repeat(64)}\n`,
  ` ${'a'.repeat(64)}`,
  `${'a'.repeat(64)}.json`,
  `../${'a'.repeat(61)}`,
  'é'.repeat(64),
  '💥',
  'a'.repeat(100_000),
]

/** Rules about ids: unguessable, never adopted, ended when they should be. */
export function describeIds(contract: Contract): void {
  describe('ids', () => {
    it('are 64 hexadecimal digits, never the same, and stay while the session does', async (t) => {
      const { storage } = await contract.open(t)
      const ids = new Set<string>()
      for (let i = 0; i < 50; i++) {
        const { session, finish } = await beginRequest(storage, '')
        session.set(COLOR, i)
        assert.match(session.id, /^[0-9a-f]{64}$/)
        ids.add(session.id)
        const cookie = await finish()
        assert.equal((await storage.read(cookie)).id, session.id)
      }
      assert.equal(ids.size, 50)
    })

    it('an id that is not in the store is never adopted', async (t) => {
      const { storage, countSessions } = await contract.open(t)
      const planted = createSessionId()
      const { session, finish } = await beginRequest(storage, planted)
      assert.equal(getSessionState(session).origin, null)
      session.set(COLOR, 'red')
      assert.notEqual(session.id, planted)
      const cookie = await finish()
      assert.notEqual(cookie, planted)
      assert.deepEqual(await lookInto(storage, planted), {})
      if (countSessions) assert.equal(await countSessions(), 1)
    })

    it('a malformed cookie value is a new session that is stored nowhere', async (t) => {
      const { storage, countSessions } = await contract.open(t)
      for (const value of MALFORMED) {
        const cookie = await playRequest(storage, value, (session) => {
          assert.deepEqual(session.data, {})
          assert.match(session.id, /^[0-9a-f]{64}$/)
        })
        assert.equal(cookie, '')
      }
      if (countSessions) assert.equal(await countSessions(), 0)
    })

    it('regenerateId gives a new id and keeps the data, also what is not saved yet', async (t) => {
      const { storage, countSessions } = await contract.open(t)
      const before = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
      const { session, finish } = await beginRequest(storage, before)
      const oldId = session.id
      session.set('user', 7)
      session.regenerateId()
      assert.notEqual(session.id, oldId)
      const after = await finish()
      assert.notEqual(after, before)
      assert.deepEqual(await lookInto(storage, after), { [COLOR]: 'red', user: 7 })
      if (countSessions) assert.equal(await countSessions(), 1)
      if (contract.promises.endsSessions) assert.deepEqual(await lookInto(storage, before), {})
    })

    it('however often it is called in a request, one session is left', async (t) => {
      const { storage, countSessions } = await contract.open(t)
      for (const calls of [[true, true, true], [false, true], [true, false], [true]]) {
        const before = await playRequest(storage, '', (session) => session.set(COLOR, calls))
        const ids = new Set<string>()
        const after = await playRequest(storage, before, (session) => {
          for (const deleteOld of calls) {
            session.regenerateId(deleteOld)
            ids.add(session.id)
          }
        })
        assert.equal(ids.size, calls.length)
        assert.deepEqual(await lookInto(storage, after), { [COLOR]: calls })
        if (contract.promises.endsSessions) assert.deepEqual(await lookInto(storage, before), {})
        await playRequest(storage, after, (session) => session.destroy())
      }
      if (countSessions) assert.equal(await countSessions(), 0)
    })

    it('saving again after regenerateId keeps the new id', async (t) => {
      const { storage } = await contract.open(t)
      const before = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
      const { session, finish } = await beginRequest(storage, before)
      session.regenerateId()
      const after = await finish()
      assert.equal(await finish(), after)
      session.set(COLOR, 'blue')
      assert.deepEqual(await lookInto(storage, await finish()), { [COLOR]: 'blue' })
    })

    it('regenerateId(false) leaves the old id valid, with what it had', async (t) => {
      const { storage, countSessions } = await contract.open(t)
      const before = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
      const after = await playRequest(storage, before, (session) => {
        session.regenerateId(false)
        session.regenerateId(false)
        session.set(COLOR, 'blue')
      })
      assert.deepEqual(await lookInto(storage, before), { [COLOR]: 'red' })
      assert.deepEqual(await lookInto(storage, after), { [COLOR]: 'blue' })
      if (countSessions) assert.equal(await countSessions(), 2)
    })

    it('destroy empties the session at once and for good', async (t) => {
      const { storage, countSessions } = await contract.open(t)
      const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
      const { session, finish } = await beginRequest(storage, cookie)
      session.set('user', 7)
      session.destroy()
      session.destroy()
      assert.equal(session.get(COLOR), undefined)
      assert.equal(session.has('user'), false)
      assert.deepEqual(session.data, {})
      for (const write of [
        () => session.set(COLOR, 'blue'),
        () => session.flash(COLOR, 'blue'),
        () => session.unset(COLOR),
        () => session.regenerateId(),
        () => session.setMaxAge(60),
      ]) {
        assert.throws(write, /destroyed/)
      }
      assert.equal(await finish(), '')
      assert.equal(await finish(), '')
      if (countSessions) assert.equal(await countSessions(), 0)
    })

    describeGrace(contract)
    if (contract.promises.endsSessions) describeEnds(contract)
    else describeCopies(contract)
  })
}

/** The browser still sends the old id while the answer with the new one is on its way. */
function describeGrace(contract: Contract): void {
  it('an id that was replaced a moment ago shows nothing, and reading with it sends nothing', async (t) => {
    const { storage } = await contract.open(t)
    const old = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    const cookie = await playRequest(storage, old, (session) => session.regenerateId())
    const after = await playRequest(storage, old, (session) => {
      assert.deepEqual(session.data, {})
      assert.equal(session.has(COLOR), false)
      session.unset(COLOR)
      session.setMaxAge(10)
    })
    assert.equal(after, '')
    assert.equal(await playRequest(storage, old, (session) => session.destroy()), '')
    assert.deepEqual(await lookInto(storage, cookie), { [COLOR]: 'red' })
  })

  it('a change under it is an error, and begins no session that would replace the new one', async (t) => {
    const { storage, countSessions } = await contract.open(t)
    const old = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    const cookie = await playRequest(storage, old, (session) => session.regenerateId())
    for (const change of [
      (session: Session) => session.set(COLOR, 'blue'),
      (session: Session) => session.merge(COLOR, { a: 1 }),
      (session: Session) => session.increment(COLOR),
      (session: Session) => session.flash(COLOR, 'blue'),
      (session: Session) => {
        session.reset()
        session.set(COLOR, 'blue')
      },
    ]) {
      const error = { name: 'SessionEndedError', status: 409 }
      await assert.rejects(playRequest(storage, old, change), error)
    }
    assert.deepEqual(await lookInto(storage, cookie), { [COLOR]: 'red' })
    if (countSessions) assert.equal(await countSessions(), 1)
  })

  it('who proves again who it is begins a session of its own', async (t) => {
    const { storage } = await contract.open(t)
    const old = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    const cookie = await playRequest(storage, old, (session) => session.regenerateId())
    const other = await playRequest(storage, old, (session) => {
      session.set('user', 7)
      session.regenerateId()
    })
    assert.deepEqual(await lookInto(storage, other), { user: 7 })
    assert.deepEqual(await lookInto(storage, cookie), { [COLOR]: 'red' })
  })

  it('after half a minute it is an id as any other that nobody knows', async (t) => {
    const { storage, clock } = await contract.open(t)
    const old = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    await playRequest(storage, old, (session) => session.regenerateId())
    clock.advance(29)
    await assert.rejects(playRequest(storage, old, (session) => session.set('a', 1)))
    clock.advance(1)
    const cookie = await playRequest(storage, old, (session) => session.set('a', 1))
    assert.notEqual(cookie, '')
    assert.notEqual(cookie, old)
  })

  it('reset ends the session and begins an empty one, if something is put into it', async (t) => {
    const { storage, countSessions } = await contract.open(t)
    const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    const { session, finish } = await beginRequest(storage, cookie)
    const oldId = session.id
    session.set('never', 'saved')
    session.reset()
    assert.deepEqual(session.data, {})
    assert.notEqual(session.id, oldId)
    session.flash('note', 'You are signed out')
    const after = await finish()
    assert.notEqual(after, cookie)
    assert.deepEqual(await lookInto(storage, after), { note: 'You are signed out' })
    assert.deepEqual(await lookInto(storage, cookie), {})
    assert.equal(await playRequest(storage, after, (session) => session.reset()), '')
    assert.deepEqual(await lookInto(storage, after), {})
    if (countSessions) assert.equal(await countSessions(), 0)
  })
}

function describeEnds(contract: Contract): void {
  it('a cookie from before destroy is a new session', async (t) => {
    const { storage, elsewhere } = await contract.open(t)
    const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    await playRequest(storage, cookie, (session) => session.destroy())
    await assertDead(storage, cookie)
    await assertDead(elsewhere, cookie)
  })

  it('destroy after regenerateId in one request leaves nothing', async (t) => {
    const { storage, countSessions } = await contract.open(t)
    for (const deleteOld of [true, false]) {
      const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
      const after = await playRequest(storage, cookie, (session) => {
        session.regenerateId(deleteOld)
        session.destroy()
      })
      assert.equal(after, '')
      await assertDead(storage, cookie)
    }
    if (countSessions) assert.equal(await countSessions(), 0)
  })

  it('destroy in a later request also ends the ids that regenerateId(false) kept', async (t) => {
    const { storage, countSessions } = await contract.open(t)
    const cookies = [await playRequest(storage, '', (session) => session.set(COLOR, 'red'))]
    for (let i = 0; i < 3; i++) {
      const cookie = await playRequest(storage, cookies.at(-1)!, (session) => {
        session.set('round', i)
        session.regenerateId(false)
      })
      cookies.push(cookie)
    }
    const last = await playRequest(storage, cookies.at(-1)!, (session) => session.regenerateId())
    await playRequest(storage, last, (session) => session.set('still', 'there'))
    await playRequest(storage, last, (session) => session.destroy())
    for (const cookie of [...cookies, last]) await assertDead(storage, cookie)
    if (countSessions) assert.equal(await countSessions(), 0)
  })
}

function describeCopies(contract: Contract): void {
  it('a copy of a cookie stays readable after destroy: end the login behind it', async (t) => {
    const { storage, clock } = await contract.open(t)
    const copy = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    assert.equal(await playRequest(storage, copy, (session) => session.destroy()), '')
    // For half a minute this process knows better.
    assert.deepEqual(await lookInto(storage, copy), {})
    clock.advance(30)
    assert.deepEqual(await lookInto(storage, copy), { [COLOR]: 'red' })
  })
}

async function assertDead(storage: SessionStorage, cookie: string): Promise<void> {
  const session = await storage.read(cookie)
  assert.deepEqual(session.data, {})
  assert.equal(getSessionState(session).origin, null)
}
