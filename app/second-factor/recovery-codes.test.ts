import assert from 'node:assert/strict'
import { it } from 'node:test'
import { hashRecoveryCode, recoveryCodesOf } from './recovery-codes.ts'

it('takes letters of a recovery code that look alike for the same', () => {
  const [code] = recoveryCodesOf('a secret', 1, 'a seed of the tests')
  assert.equal(hashRecoveryCode('0I1-l'), hashRecoveryCode('o111'))
  assert.notEqual(hashRecoveryCode(code!), hashRecoveryCode(code!.slice(1)))
})

it('makes other recovery codes of another secret, user or seed', () => {
  const codes = recoveryCodesOf('a secret', 1, 'a seed')
  assert.notDeepEqual(recoveryCodesOf('another', 1, 'a seed'), codes)
  assert.notDeepEqual(recoveryCodesOf('a secret', 2, 'a seed'), codes)
  assert.notDeepEqual(recoveryCodesOf('a secret', 1, 'another'), codes)
})
