import assert from 'node:assert/strict'
import { it } from 'node:test'
import { Secret } from 'otpauth'
import { totpStepOf } from './totp.ts'

it('knows the codes of RFC 6238, one step around now and no further', async () => {
  const secret = Secret.fromUTF8('12345678901234567890').base32
  // Of the table in appendix B the last six of eight digits.
  for (const [seconds, code] of [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_234_567_890, '005924'],
    [20_000_000_000, '353130'],
  ] as const) {
    const step = Math.floor(seconds / 30)
    for (const later of [-30, 0, 30]) {
      assert.equal(await totpStepOf(secret, code, (seconds + later) * 1000), step)
    }
    for (const later of [-90, 90]) {
      assert.equal(await totpStepOf(secret, code, (seconds + later) * 1000), undefined)
    }
  }
})
