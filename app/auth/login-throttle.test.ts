import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { createLoginThrottle, type LoginThrottle } from './login-throttle.ts'
import { boundedMemory } from '../limits/memory-limiter.ts'

const jane = 'jane@example.com'

function createClock(t: TestContext) {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] })
  return {
    throttle: createLoginThrottle(),
    pass: (seconds: number) => t.mock.timers.tick(seconds * 1000),
  }
}

let addressCount = 0
/** An address that nobody has used, so that only the account counts. */
function elsewhere(): string {
  addressCount += 1
  return `10.${addressCount >> 8}.${addressCount & 255}.1`
}

function guess(throttle: LoginThrottle, account = jane, address = elsewhere()) {
  return throttle.attempt(account, address, async () => false)
}

function logIn(throttle: LoginThrottle, account = jane, address = elsewhere()) {
  return throttle.attempt(account, address, async () => true)
}

async function guessTimes(times: number, throttle: LoginThrottle, account = jane) {
  for (let time = 0; time < times; time += 1) {
    assert.deepEqual(await guess(throttle, account), { allowed: true, correct: false })
  }
}

describe('the throttle of an account', () => {
  it('leaves five wrong passwords free and lets the sixth wait', async (t) => {
    const { throttle } = createClock(t)
    await guessTimes(5, throttle)
    assert.deepEqual(await guess(throttle), { allowed: false, retryAfter: 1 })
  })

  it('does not look at the password while it waits', async (t) => {
    const { throttle } = createClock(t)
    await guessTimes(5, throttle)
    const attempt = await throttle.attempt(jane, elsewhere(), () => assert.fail('looked at it'))
    assert.equal(attempt.allowed, false)
  })

  it('lets everybody in who waits: it never locks an account', async (t) => {
    const { throttle, pass } = createClock(t)
    await guessTimes(5, throttle)
    for (let round = 0; round < 40; round += 1) {
      const refused = await guess(throttle)
      assert.ok(!refused.allowed && refused.retryAfter <= 900)
      pass(refused.retryAfter)
      assert.equal((await guess(throttle)).allowed, true)
    }
    const last = await guess(throttle)
    assert.ok(!last.allowed)
    pass(last.retryAfter)
    assert.deepEqual(await logIn(throttle), { allowed: true, correct: true })
  })

  it('waits longer after each wrong password, up to 15 minutes', async (t) => {
    const { throttle, pass } = createClock(t)
    await guessTimes(5, throttle)
    const waits: number[] = []
    for (let round = 0; round < 17; round += 1) {
      const refused = await guess(throttle)
      assert.ok(!refused.allowed)
      waits.push(refused.retryAfter)
      pass(refused.retryAfter)
      await guess(throttle)
    }
    assert.deepEqual(waits, [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 900, 900, 900])
  })

  it('does not count attempts that it refused', async (t) => {
    const { throttle, pass } = createClock(t)
    await guessTimes(5, throttle)
    for (let time = 0; time < 1000; time += 1) await guess(throttle)
    pass(1)
    await guess(throttle)
    assert.deepEqual(await guess(throttle), { allowed: false, retryAfter: 2 })
  })

  it('starts afresh after the right password', async (t) => {
    const { throttle } = createClock(t)
    await guessTimes(4, throttle)
    assert.deepEqual(await logIn(throttle), { allowed: true, correct: true })
    await guessTimes(5, throttle)
    assert.equal((await guess(throttle)).allowed, false)
  })

  it('looks at five of a hundred passwords that come at once', async (t) => {
    const { throttle, pass } = createClock(t)
    async function burst(): Promise<number> {
      const attempts = await Promise.all(Array.from({ length: 100 }, () => guess(throttle)))
      return attempts.filter(({ allowed }) => allowed).length
    }
    assert.equal(await burst(), 5)
    pass(1)
    assert.equal(await burst(), 1)
    assert.deepEqual(await guess(throttle), { allowed: false, retryAfter: 2 })
  })

  it('knows an account in any spelling and keeps accounts apart', async (t) => {
    const { throttle } = createClock(t)
    await guessTimes(5, throttle)
    for (const spelling of [
      ' JANE@Example.com ',
      'ja\u200bne@example.com',
      '\u00a0jane@example.com',
    ]) {
      assert.equal((await guess(throttle, spelling)).allowed, false, spelling)
    }
    assert.equal((await guess(throttle, 'emma@example.com')).allowed, true)
  })

  it('counts nothing when the password could not be looked at', async (t) => {
    const { throttle } = createClock(t)
    for (let time = 0; time < 50; time += 1) {
      const busy = throttle.attempt(jane, '10.255.0.1', () => Promise.reject(new Error('busy')))
      await assert.rejects(busy, /busy/)
    }
    await guessTimes(5, throttle)
    assert.equal((await guess(throttle, 'emma@example.com', '10.255.0.1')).allowed, true)
  })
})

describe('the throttle of an address', () => {
  it('lets twenty wrong passwords through in ten minutes, from a whole network', async (t) => {
    const { throttle, pass } = createClock(t)
    for (let time = 0; time < 20; time += 1) {
      const { allowed } = await guess(throttle, `user${time}@example.com`, `192.0.2.${time}`)
      assert.equal(allowed, true)
    }
    pass(60)
    const refused = await throttle.attempt(jane, '::ffff:192.0.2.99', () => assert.fail('looked'))
    assert.deepEqual(refused, { allowed: false, retryAfter: 540 })
    assert.equal((await guess(throttle, jane, '192.0.3.1')).allowed, true)
    pass(540)
    assert.equal((await guess(throttle, jane, '192.0.2.99')).allowed, true)
  })

  it('leaves the neighbours of one address that guesses alone', async (t) => {
    const { throttle } = createClock(t)
    for (let time = 0; time < 40; time += 1) {
      await guess(throttle, `user${time}@example.com`, '192.0.2.1')
    }
    assert.equal((await guess(throttle, 'emma@example.com', '192.0.2.1')).allowed, false)
    assert.equal((await logIn(throttle, jane, '192.0.2.2')).allowed, true)
  })

  it('does not count right passwords, and is not reset by them either', async (t) => {
    const { throttle } = createClock(t)
    for (let time = 0; time < 50; time += 1) await logIn(throttle, jane, '192.0.2.1')
    for (let time = 0; time < 20; time += 1) {
      await logIn(throttle, jane, '192.0.2.1')
      assert.equal((await guess(throttle, `user${time}@example.com`, '192.0.2.1')).allowed, true)
    }
    assert.equal((await logIn(throttle, jane, '192.0.2.1')).allowed, false)
  })

  it('counts what it let through and nothing else, however many come at once', async (t) => {
    const { throttle } = createClock(t)
    const logins = Array.from({ length: 60 }, (_, n) => logIn(throttle, `user${n}`, '192.0.2.1'))
    const allowed = (await Promise.all(logins)).filter((attempt) => attempt.allowed)
    assert.equal(allowed.length, 20)
    assert.equal((await logIn(throttle, jane, '192.0.2.1')).allowed, true)
  })

  it('does not count what the account refused', async (t) => {
    const { throttle } = createClock(t)
    await guessTimes(5, throttle)
    const flood = Array.from({ length: 100 }, () => guess(throttle, jane, '192.0.2.1'))
    assert.equal((await guess(throttle, 'emma@example.com', '192.0.2.1')).allowed, true)
    await Promise.all(flood)
  })
})

describe('the throttle and the owner', () => {
  it('lets the owner in from elsewhere while one address polls, ten times a second', async (t) => {
    const { throttle, pass } = createClock(t)
    const outcomes: boolean[] = []
    for (let tick = 0; tick < 420; tick += 1) {
      await guess(throttle, jane, '203.0.113.9')
      if (tick % 30 === 29) outcomes.push((await logIn(throttle, jane, '192.0.2.7')).allowed)
      pass(0.1)
    }
    assert.deepEqual(outcomes, Array(14).fill(true))
  })

  it('makes who polls wait longer and longer for all that', async (t) => {
    const { throttle, pass } = createClock(t)
    let looked = 0
    for (let tick = 0; tick < 6000; tick += 1) {
      if ((await guess(throttle, jane, '203.0.113.9')).allowed) looked += 1
      if (tick % 300 === 299) await logIn(throttle, jane, '192.0.2.7')
      pass(0.1)
    }
    assert.ok(looked <= 5 + 11, `${looked} guesses in ten minutes`)
  })

  it('counts a device by itself, whoever guesses meanwhile from wherever', async (t) => {
    const { throttle, pass } = createClock(t)
    for (let network = 0; network < 40; network += 1) {
      await guess(throttle)
      pass(1)
    }
    for (let n = 0; n < 20; n += 1) await guess(throttle, `user${n}@example.com`, '192.0.2.7')
    assert.equal((await logIn(throttle, jane, '192.0.2.7')).allowed, false)
    const owner = () => throttle.attempt(jane, '192.0.2.7', async () => true, 'device')
    assert.deepEqual(await owner(), { allowed: true, correct: true })
    // And it slows down who guesses at a device that was left somewhere.
    const thief = () => throttle.attempt(jane, elsewhere(), async () => false, 'device')
    for (let time = 0; time < 5; time += 1) assert.equal((await thief()).allowed, true)
    assert.deepEqual(await thief(), { allowed: false, retryAfter: 1 })
    assert.equal((await throttle.attempt('x', '::1', async () => true, 'device')).allowed, true)
  })

  it('does not make many networks a way to guess much more than one', async (t) => {
    const { throttle, pass } = createClock(t)
    let looked = 0
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      for (let network = 0; network < 20; network += 1) {
        const { allowed } = await guess(throttle, jane, `10.0.${network + minute}.1`)
        if (allowed) looked += 1
      }
      pass(60)
    }
    assert.ok(looked < 200, `${looked} guesses in a day`)
  })

  it('forgets, on a new password, the guesses at the old one', async (t) => {
    const { throttle } = createClock(t)
    await guessTimes(5, throttle)
    for (let time = 0; time < 5; time += 1) await guess(throttle, jane, '192.0.2.7')
    assert.equal((await logIn(throttle, jane, '192.0.2.7')).allowed, false)
    await throttle.forgive(' JANE@example.com', '192.0.2.8')
    assert.equal((await logIn(throttle, jane, '192.0.2.7')).allowed, true)
    assert.equal((await logIn(throttle)).allowed, true)
  })
})

describe('waitToRegister', () => {
  it('allows thirty registrations an hour from one line', async (t) => {
    const { throttle, pass } = createClock(t)
    const waits = Array.from({ length: 40 }, () => throttle.waitToRegister('192.0.2.1'))
    assert.equal((await Promise.all(waits)).filter((wait) => wait === 0).length, 30)
    assert.equal(await throttle.waitToRegister('192.0.2.2'), 0)
    pass(600)
    assert.equal(await throttle.waitToRegister('192.0.2.1'), 3000)
    pass(3000)
    assert.equal(await throttle.waitToRegister('192.0.2.1'), 0)
  })

  it('answers six times an hour that there is an account', async (t) => {
    const { throttle } = createClock(t)
    let answers = 0
    for (; (await throttle.waitToRegister('2001:db8::1')) === 0; answers += 1) {
      await throttle.countTakenEmail('2001:db8::2')
    }
    assert.equal(answers, 6)
  })
})

describe('boundedMemory', () => {
  it('forgets the key not seen for longest when there are too many', async () => {
    const limiter = boundedMemory(3)({ keyPrefix: 'test', points: 1, duration: 60 })
    for (const key of ['a', 'b', 'c', 'a', 'd']) await limiter.penalty(key)
    assert.equal((await limiter.get('a'))?.consumedPoints, 2)
    assert.equal(await limiter.get('b'), null)
    assert.equal((await limiter.get('c'))?.consumedPoints, 1)
    assert.equal((await limiter.get('d'))?.consumedPoints, 1)
  })

  it('is where the throttle counts, for 10,000 accounts', async (t) => {
    const { throttle, pass } = createClock(t)
    await guessTimes(5, throttle)
    for (let other = 1; other < 10_000; other += 1) await guess(throttle, `${other}@example.com`)
    pass(1)
    await guessTimes(1, throttle)
    assert.equal((await guess(throttle)).allowed, false, 'not forgotten')

    for (let other = 0; other < 10_000; other += 1) await guess(throttle, `${other}@example.org`)
    pass(2)
    await guessTimes(5, throttle)
  })
})
