import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createSession } from 'remix/session'
import { giveChallenge, isOpenChallenge } from './challenges.ts'

it('keeps a challenge open for five minutes, and no longer where the clock was set back', () => {
  const session = createSession()
  const now = Date.UTC(2026, 2, 14)
  const challenge = giveChallenge(session, 'log in', now)
  const isOpen = (seconds: number) =>
    isOpenChallenge(session, 'log in', challenge, now + seconds * 1000)
  assert.deepEqual([0, 300, 301, -301].map(isOpen), [true, true, false, false])
  assert.equal(isOpenChallenge(session, 'confirm', challenge, now), false)
})
