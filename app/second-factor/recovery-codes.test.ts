import assert from 'node:assert/strict'
import { it } from 'node:test'
import { hashRecoveryCode, recoveryCodesOf } from './recovery-codes.ts'

it('takes letters of a recovery code that look alike for the same', () => {
  const [code] = recoveryCodesOf('a secret', 'a seed of the tests')
  assert.equal(hashRecoveryCode('0I1-l'), hashRecoveryCode('o111'))
  assert.notEqual(hashRecoveryCode(code!), hashRecoveryCode(code!.slice(1)))
  assert.notDeepEqual(recoveryCodesOf('a secret', 'a seed'), recoveryCodesOf('a secret', 'another'))
  assert.notDeepEqual(recoveryCodesOf('a secret', 'a seed'), recoveryCodesOf('another', 'a seed'))
})
