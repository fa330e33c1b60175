import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { createLoginThrottle } from './login-throttle.ts'
import type { MailRequest } from './mail-limits.ts'

const jane = 'jane@example.com'

function createClock(t: TestContext) {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] })
  const throttle = createLoginThrottle()
  const pass = (minutes: number) => t.mock.timers.tick(minutes * 60_000)
  const wait = (address: string, request: Partial<MailRequest> = {}) =>
    throttle.waitForMail({ purpose: 'reset', email: jane, ...request }, address)
  async function ask(address: string, request?: Partial<MailRequest>): Promise<boolean> {
    return (await wait(address, request)) === 0
  }
  /** How many of so many are sent, each asked for from another network. */
  async function askFromAll(count: number, request?: Partial<MailRequest>): Promise<number> {
    const asked = Array.from({ length: count }, () => ask(elsewhere(), request))
    return (await Promise.all(asked)).filter(Boolean).length
  }
  return { pass, wait, ask, askFromAll }
}

let addressCount = 0
function elsewhere(): string {
  addressCount += 1
  return `10.${addressCount >> 8}.${addressCount & 255}.1`
}

describe('waitForMail', () => {
  it('allows three mails an hour to an account for each network', async (t) => {
    const { ask, wait, pass } = createClock(t)
    for (const purpose of ['registration', 'reset', 'new-address'] as const) {
      for (let n = 1; n <= 3; n += 1) assert.equal(await ask(`192.0.2.${n}`, { purpose }), true)
      assert.equal(await ask('192.0.2.4', { purpose }), false)
      assert.equal(await ask('192.0.2.4', { purpose, email: 'emma@example.com' }), true)
      assert.equal(await ask('192.0.3.1', { purpose }), true, 'the owner elsewhere')
    }
    pass(45)
    assert.equal(await wait('192.0.2.4', { purpose: 'new-address' }), 15 * 60)
    pass(15)
    assert.equal(await ask('192.0.2.4'), true)
  })

  it('allows ten in all, and three more to each device of the owner', async (t) => {
    const { ask, askFromAll } = createClock(t)
    assert.equal(await askFromAll(30), 10)
    const own = Array.from({ length: 5 }, () => ask(elsewhere(), { device: 'device' }))
    assert.deepEqual(await Promise.all(own), [true, true, true, false, false])
  })

  it('counts each purpose by itself, so that no registration uses up the mails of a reset', async (t) => {
    const { ask, askFromAll } = createClock(t)
    for (const purpose of ['registration', 'new-address'] as const) {
      assert.equal(await askFromAll(30, { purpose }), 10)
    }
    assert.equal(await ask('192.0.2.1'), true)
  })

  it('refuses no reset where no link was sent in the last ten minutes, however many asked', async (t) => {
    const { ask, askFromAll, pass } = createClock(t)
    await askFromAll(30)
    for (let n = 0; n < 5; n += 1) await ask('192.0.2.1')
    for (let n = 0; n < 5; n += 1) await ask('192.0.2.1', { device: 'device' })
    for (let round = 0; round < 2; round += 1) {
      pass(10)
      assert.equal(await askFromAll(30), 1)
      assert.equal(await ask('192.0.2.1'), false)
      pass(10)
      assert.equal(await ask('192.0.2.1', round === 0 ? {} : { device: 'device' }), true)
    }
  })

  it('takes none of those from the owner for who has asked too often in all', async (t) => {
    const { ask } = createClock(t)
    for (let n = 0; n < 20; n += 1) await ask('::1', { email: `${n}@example.com` })
    assert.equal(await ask('::1'), false)
    assert.equal(await ask('192.0.2.1'), true)
  })

  it('allows twenty mails an hour from an address', async (t) => {
    const { ask } = createClock(t)
    for (const purpose of ['registration', 'reset', 'new-address'] as const) {
      const asked = Array.from({ length: 30 }, (_, n) =>
        ask('::1', { purpose, email: `${n}@a.example` }),
      )
      assert.equal((await Promise.all(asked)).filter(Boolean).length, 20)
    }
  })

  it('leaves some to the neighbours of an address that asks for many', async (t) => {
    const { ask } = createClock(t)
    for (let n = 0; n < 40; n += 1) await ask('192.0.2.1', { email: `${n}@example.com` })
    assert.equal(await ask('192.0.2.1'), false)
    assert.equal(await ask('192.0.2.2'), true)
    for (let n = 0; n < 20; n += 1) await ask(`192.0.2.${n + 3}`, { email: `${n}@example.org` })
    assert.equal(await ask('192.0.2.99', { email: 'emma@example.com' }), false, 'the whole network')
  })

  it('allows ten an hour to who is logged in, whoever they go to and wherever from', async (t) => {
    const { ask, pass } = createClock(t)
    const change = (n: number, userId: number) =>
      ask(elsewhere(), { purpose: 'new-address', email: `${n}@example.com`, userId })
    const asked = Array.from({ length: 30 }, (_, n) => change(n, 1))
    assert.equal((await Promise.all(asked)).filter(Boolean).length, 10)
    assert.equal(await change(100, 2), true)
    pass(60)
    assert.equal(await change(101, 1), true)
  })

  it('counts nothing that is refused, so that who asks too often takes none from others', async (t) => {
    const { ask } = createClock(t)
    const change = (email: string, userId: number, address = elsewhere()) =>
      ask(address, { purpose: 'new-address', email, userId })
    for (let n = 0; n < 10; n += 1) await change(`${n}@example.com`, 1)
    for (let n = 0; n < 20; n += 1) assert.equal(await change(jane, 1, '192.0.2.1'), false)
    for (let n = 0; n < 3; n += 1) assert.equal(await change(jane, 2, '192.0.2.1'), true)
    for (let n = 0; n < 20; n += 1) assert.equal(await change(jane, 3, '192.0.2.1'), false)
    assert.equal(await change('emma@example.com', 3, '192.0.2.1'), true)
  })
})
