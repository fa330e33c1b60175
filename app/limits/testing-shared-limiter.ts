import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createLoginThrottle } from '../auth/login-throttle.ts'
import type { CreateLimiter } from './limiter.ts'

const jane = 'jane@example.com'

/**
 * Tests of counters that two servers share.
 *
 * @param servers What makes the counters of either
 * @param prolongWaits Has the waits under way take a minute: a second may be over before the next guess
 */
export function describeSharedLimiter(
  servers: () => readonly CreateLimiter[],
  prolongWaits: () => Promise<unknown>,
): void {
  function throttleOf(server: number) {
    return createLoginThrottle({ createLimiter: servers()[server % 2]! })
  }

  function guess(server: number, address: string, account = jane) {
    return throttleOf(server).attempt(account, address, async () => false)
  }

  it('count what is guessed at all servers together', async () => {
    for (let i = 0; i < 5; i++) {
      assert.deepEqual(await guess(i, `10.0.${i}.1`), { allowed: true, correct: false })
    }
    await prolongWaits()
    assert.equal((await guess(0, '10.0.5.1')).allowed, false)
    assert.equal((await guess(1, '10.0.6.1')).allowed, false)
  })

  it('let twenty of a hundred simultaneous guesses from one address through', async () => {
    const guesses = await Promise.all(
      Array.from({ length: 100 }, (_, i) => guess(i, '10.1.0.1', `somebody ${i}`)),
    )
    assert.equal(guesses.filter(({ allowed }) => allowed).length, 20)
  })

  it('forget a right password', async () => {
    for (let i = 0; i < 4; i++) await guess(i, `10.2.${i}.1`, 'joe')
    const right = await throttleOf(1).attempt('joe', '10.2.0.1', async () => true)
    assert.deepEqual(right, { allowed: true, correct: true })
    for (let i = 0; i < 4; i++) {
      const again = await guess(i, `10.2.${i}.1`, 'joe')
      assert.deepEqual(again, { allowed: true, correct: false })
    }
  })

  it('count the requests for a reset as well', async () => {
    const request = { purpose: 'reset', email: jane } as const
    for (let i = 0; i < 3; i++) {
      assert.equal(await throttleOf(i).waitForMail(request, '10.3.0.1'), 0)
    }
    assert.ok((await throttleOf(3).waitForMail(request, '10.3.0.1')) > 0)
  })
}
