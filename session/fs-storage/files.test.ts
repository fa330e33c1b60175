import assert from 'node:assert/strict'
import fs from 'node:fs'
import { it } from 'node:test'
import vm from 'node:vm'
import { hasCode } from './files.ts'

it('knows an error of the system, also one of another realm, as where tests run in one', () => {
  let own: unknown
  try {
    fs.unlinkSync('/nothing is here')
  } catch (error) {
    own = error
  }
  const foreign: unknown = vm.runInNewContext(`Object.assign(new Error(), { code: 'ENOENT' })`)
  for (const error of [own, foreign]) {
    assert.ok(hasCode(error))
    assert.ok(hasCode(error, 'EEXIST', 'ENOENT'))
    assert.ok(!hasCode(error, 'EEXIST'))
  }
  const others: unknown[] = [new Error('ENOENT'), null, undefined, 'ENOENT', { code: 1 }]
  for (const error of others) assert.ok(!hasCode(error))
})
