import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Session } from '../../session.ts'
import { MAX_AGE } from './contract.ts'
import type { Contract, OpenStorage } from './contract.ts'
import { describeLateRequests } from './late-requests.ts'
import { beginRequest, beginSession, lookInto, playRequest } from './request.ts'

const COLOR: string = 'color'
const SIZE: string = 'size'

/** Rules about two requests at once, played on one storage and on two that share a store. */
export function describeRaces(contract: Contract): void {
  describe('two requests at once', () => {
    if (contract.promises.mergesChanges) describeMerging(contract)
    else describeOverwriting(contract)
    if (contract.promises.endsSessions) describeLateRequests(contract)
  })
}

function describeMerging(contract: Contract): void {
  it('two tabs that set different keys both keep theirs', async (t) => {
    await playBoth(
      await contract.open(t),
      {},
      (first) => first.set(COLOR, 'red'),
      (second) => second.set(SIZE, 'XL'),
      { [COLOR]: 'red', [SIZE]: 'XL' },
    )
  })

  it('one that unsets and one that sets both hold', async (t) => {
    await playBoth(
      await contract.open(t),
      { [COLOR]: 'red', [SIZE]: 'S' },
      (first) => first.unset(COLOR),
      (second) => second.set(SIZE, 'XL'),
      { [SIZE]: 'XL' },
    )
  })

  it('changes inside two different values both hold', async (t) => {
    await playBoth(
      await contract.open(t),
      { [COLOR]: ['red'], [SIZE]: ['S'] },
      (first) => (first.get(COLOR) as string[]).push('blue'),
      (second) => (second.get(SIZE) as string[]).push('XL'),
      { [COLOR]: ['red', 'blue'], [SIZE]: ['S', 'XL'] },
    )
  })

  it('two tabs that merge different properties into one value both keep theirs', async (t) => {
    await playBoth(
      await contract.open(t),
      { [SIZE]: { a: 1, b: 2 } },
      (first) => first.merge(SIZE, { c: 3, a: undefined }),
      (second) => second.merge(SIZE, { ['__proto__']: 4, b: 5 }),
      { [SIZE]: { b: 5, c: 3, ['__proto__']: 4 } },
    )
  })

  it('a value and a flash of different keys both hold', async (t) => {
    await playBoth(
      await contract.open(t),
      {},
      (first) => first.flash(COLOR, 'red'),
      (second) => second.set(SIZE, 'XL'),
      { [COLOR]: 'red', [SIZE]: 'XL' },
    )
  })

  it('of the same key the last save wins, set and unset alike', async (t) => {
    const { storage, elsewhere } = await contract.open(t)
    const cookie = await beginSession(storage, { [COLOR]: 'old' })
    const first = await beginRequest(storage, cookie)
    const second = await beginRequest(elsewhere, cookie)
    first.session.set(COLOR, 'first')
    second.session.set(COLOR, 'second')
    await second.finish()
    await first.finish()
    assert.deepEqual(await lookInto(storage, cookie), { '': 0, [COLOR]: 'first' })

    const third = await beginRequest(storage, cookie)
    third.session.unset(COLOR)
    await playRequest(elsewhere, cookie, (session) => session.set(COLOR, 'meanwhile'))
    await third.finish()
    assert.deepEqual(await lookInto(storage, cookie), { '': 0 })

    // Also what was not there when the request began.
    for (const others of [{}, { [SIZE]: 'XL' }]) {
      const fourth = await beginRequest(storage, cookie)
      fourth.session.unset(COLOR)
      for (const [key, value] of Object.entries(others)) fourth.session.set(key, value)
      await playRequest(elsewhere, cookie, (session) => session.set(COLOR, 'meanwhile'))
      await fourth.finish()
      assert.deepEqual(await lookInto(storage, cookie), { '': 0, ...others })
      const fifth = await beginRequest(storage, cookie)
      fifth.session.unset(COLOR)
      await playRequest(elsewhere, cookie, (session) => session.flash(COLOR, 'meanwhile'))
      await fifth.finish()
      assert.deepEqual(await lookInto(storage, cookie), { '': 0, ...others })
    }
  })

  it('a request that only read does not write back what it saw', async (t) => {
    const { storage, elsewhere, clock } = await contract.open(t)
    const cookie = await beginSession(storage, { [COLOR]: 'old', [SIZE]: { cm: 1 } })
    clock.advance(MAX_AGE / 2) // a renewal is due: the reader has something to save
    const reader = await beginRequest(storage, cookie)
    void reader.session.data
    reader.session.get(SIZE)
    await playRequest(elsewhere, cookie, (session) => {
      session.set(COLOR, 'new')
      session.set(SIZE, { cm: 2 })
    })
    await reader.finish()
    assert.deepEqual(await lookInto(storage, cookie), {
      '': 0,
      [COLOR]: 'new',
      [SIZE]: { cm: 2 },
    })
  })

  it('a save that took long sets no renewal back that came meanwhile', async (t) => {
    const { storage, elsewhere, clock } = await contract.open(t)
    const cookie = await beginSession(storage, {})
    const slow = await beginRequest(storage, cookie)
    slow.session.set(SIZE, 'XL')
    clock.advance(100)
    await playRequest(elsewhere, cookie, (session) => session.set(COLOR, 'red'))
    clock.advance(-100) // when the slow one began to save
    await slow.finish()
    clock.advance(100 + MAX_AGE - 1)
    assert.deepEqual(await lookInto(storage, cookie), { '': 0, [COLOR]: 'red', [SIZE]: 'XL' })
  })

  it('many requests saved at the same moment all keep what they set', async (t) => {
    const { storage, elsewhere } = await contract.open(t)
    const cookie = await beginSession(storage, {})
    const requests = await Promise.all(
      Array.from({ length: 30 }, (_, i) => beginRequest(i % 2 ? storage : elsewhere, cookie)),
    )
    requests.forEach(({ session }, i) => session.set(`key ${i}`, i))
    await Promise.all(requests.map(({ finish }) => finish()))
    assert.equal(Object.keys(await lookInto(storage, cookie)).length, 31)
  })
}

function describeOverwriting(contract: Contract): void {
  it('the later response wins whole: what the other one changed is lost', async (t) => {
    const { storage } = await contract.open(t)
    const cookie = await beginSession(storage, { [COLOR]: 'old', [SIZE]: 'S' })
    const first = await beginRequest(storage, cookie)
    const second = await beginRequest(storage, cookie)
    first.session.set(COLOR, 'red')
    second.session.set(SIZE, 'XL')
    const [earlier, later] = [await first.finish(), await second.finish()]
    assert.deepEqual(await lookInto(storage, earlier), { '': 0, [COLOR]: 'red', [SIZE]: 'S' })
    assert.deepEqual(await lookInto(storage, later), { '': 0, [COLOR]: 'old', [SIZE]: 'XL' })
  })
}

/** Plays two requests that both read before either saves, in both orders and at once. */
async function playBoth(
  { storage, elsewhere }: OpenStorage,
  initial: Record<string, unknown>,
  workOfFirst: (session: Session) => unknown,
  workOfSecond: (session: Session) => unknown,
  expected: Record<string, unknown>,
): Promise<void> {
  for (const order of ['first', 'second', 'at once']) {
    for (const other of [storage, elsewhere]) {
      const cookie = await beginSession(storage, initial)
      const first = await beginRequest(storage, cookie)
      const second = await beginRequest(other, cookie)
      workOfFirst(first.session)
      workOfSecond(second.session)
      const answers =
        order === 'at once'
          ? await Promise.all([first.finish(), second.finish()])
          : order === 'first'
            ? [await first.finish(), await second.finish()]
            : [await second.finish(), await first.finish()]
      assert.deepEqual(answers, [cookie, cookie])
      assert.deepEqual(await lookInto(storage, cookie), { '': 0, ...expected })
    }
  }
}
