import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dictionary } from '@zxcvbn-ts/language-common'
import * as fc from 'fast-check'
import { checkPassword } from './password-strength.ts'
import { shop } from '../ui/shop.ts'

const password = 'a long and winding road'

describe('checkPassword', () => {
  it('wants 8 to 256 characters, an emoji being one', async () => {
    assert.match((await checkPassword('aZ9-kL2'))!, /at least 8/)
    assert.equal(await checkPassword('aZ9-kL2x'), null)
    assert.match((await checkPassword('📚🐛🏠🌍🔑🎈🎲'))!, /at least 8/)
    assert.equal(await checkPassword('📚🐛🏠🌍🔑🎈🎲🎸'), null)
    assert.equal(await checkPassword('aZ9-'.repeat(64)), null)
    assert.match((await checkPassword(`${'aZ9-'.repeat(64)}x`))!, /at most 256/)
  })

  it('accepts blanks, any script and any sign', async () => {
    for (const good of [
      ' in the blanks ',
      'пароль-для-книг',
      '        a b',
      '"<b>script</b>"&',
      password,
    ]) {
      assert.equal(await checkPassword(good), null, good)
    }
  })

  it('refuses common passwords, also in their usual disguises', async () => {
    const common = [
      'password',
      'PASSWORD',
      'Password123',
      'P@ssw0rd2024!',
      '123password',
      'guestguest',
      'PasswordPassword',
      'iloveyou!',
      'Welcome2025',
      'letmein!!',
      'Summer2031!',
      '1qaz2wsx',
    ]
    for (const word of common) assert.match((await checkPassword(word)) ?? '', /attackers/, word)
  })

  it('refuses each of the passwords that were found most often in breaches', async () => {
    const most = dictionary['passwords-common'].filter((word) => word.length >= 8)
    assert.ok(most.length > 3000)
    for (const word of most) assert.notEqual(await checkPassword(word.toUpperCase()), null, word)
  })

  it('refuses what repeats a few characters, and rows of keys and letters', async () => {
    for (const word of ['aaaaaaaaaa', '        ', 'ababababab', '📚🐛📚🐛📚🐛📚🐛']) {
      assert.match((await checkPassword(word)) ?? '', /over and over/, word)
    }
    for (const word of ['12345678', '90123456', 'hgfedcba', 'Qwertyuiop', 'lkjhgfdsa']) {
      assert.match((await checkPassword(word)) ?? '', /keyboard/, word)
    }
  })

  it('says what to do instead, or how long it may be, whatever was typed', async () => {
    const typed = fc.string({
      unit: fc.constantFrom('a', '1', '$', 'é', ' ', '📚'),
      maxLength: 300,
    })
    await fc.assert(
      fc.asyncProperty(typed, fc.array(typed, { maxLength: 2 }), async (word, personal) => {
        assert.match(
          (await checkPassword(word, personal)) ?? 'good one',
          /good one|at most|at least/,
        )
      }),
    )
  })

  it('does not refuse long passwords for a common word in them', async () => {
    for (const good of [
      'password of my library',
      'sunshine-8423-9921-7733',
      'summerhouse by the sea',
    ]) {
      assert.equal(await checkPassword(good), null, good)
    }
  })

  it('refuses the name and the e-mail address of the customer', async () => {
    const personal = ['jane.austen@example.com', 'Jane Austen']
    for (const word of [
      'Jane.Austen@example.com',
      'jane.austen',
      'jane austen',
      'JaneAusten',
      'J@neAusten1775',
      `${shop.name.replaceAll(' ', '')}1234`,
      'bookstore1',
    ]) {
      assert.match((await checkPassword(word, personal))!, /easy to guess/, word)
    }
    assert.equal(await checkPassword('austen, jane', personal), null)
    assert.equal(await checkPassword('aZ9-kL2x', ['', ' ', undefined]), null)
  })
})
