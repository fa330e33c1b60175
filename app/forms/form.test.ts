import assert from 'node:assert/strict'
import { it } from 'node:test'
import * as v from 'valibot'
import { readForm } from './form.ts'

it('looks no further into a field that is too long', (t) => {
  const looks = t.mock.fn(() => false)
  const name = v.pipe(v.string(), v.maxLength(3, 'Too long.'), v.check(looks, 'Wrong.'))
  const read = (text: string) => {
    const form = new FormData()
    form.set('name', text)
    return readForm(v.object({ name }), form)
  }
  assert.deepEqual(read('Anna'), {
    values: { name: 'Anna' },
    errors: { name: 'Too long.' },
    output: undefined,
  })
  assert.equal(looks.mock.callCount(), 0)
  assert.equal(read('Ann').errors.name, 'Wrong.')
})
