import assert from 'node:assert/strict'
import { it } from 'node:test'
import { rowsOf } from '../../db/testing.ts'
import { createFormKey } from '../ui/form-key.ts'
import { openTestShop, reader } from '../testing/shop.ts'

const secrets = ['the first', 'the second'].map(
  (secret) => `${secret} secret of the tests, 32 long`,
)

it('keeps of an answered form what nobody can make of its key and a password without the secret', async () => {
  const formKey = createFormKey()
  const names: unknown[] = []
  for (const secret of [...secrets, secrets[0]!]) {
    const shop = await openTestShop({ sessionSecrets: [secret] })
    await shop.browser().post('/login', { ...reader, formKey })
    names.push(
      ...(await rowsOf(shop.db, 'select form from answered_forms')).map(({ form }) => form),
    )
  }
  assert.equal(names.length, 3)
  assert.equal(names[0], names[2])
  assert.notEqual(names[0], names[1])
})

it('answers a form once while the secret is changed', async () => {
  const shop = await openTestShop({ sessionSecrets: secrets, storage: 'cookie' })
  const browser = shop.browser()
  await browser.login(reader)
  const formKey = (await browser.get('/account')).field('formKey')!.value!
  const password = {
    currentPassword: reader.password,
    newPassword: 'an evening on the balcony',
    formKey,
  }
  const beforeAnswer = browser.copy()
  assert.equal((await browser.post('/account/password', password)).location, '/account')
  await shop.restart({ sessionSecrets: secrets.toReversed() })
  const answer = await beforeAnswer.post('/account/password', password)
  assert.equal(answer.location, '/account')
})
