import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as v from 'valibot'
import { emailField, nameField } from './personal-data.ts'

function readEmail(text: string): string | undefined {
  const result = v.safeParse(emailField, text)
  return result.success ? result.output : undefined
}

function readName(text: string): string | undefined {
  const result = v.safeParse(nameField, text)
  return result.success ? result.output : undefined
}

describe('an e-mail address', () => {
  it('is what a browser takes for one', () => {
    for (const address of [
      "o'brien@example.com",
      'me@xn--mnchen-3ya.de',
      'me@localhost',
      'a@b',
      'first.last+books@mail.example.co.uk',
      '.dots..are.fine.@example.com',
      "!#$%&'*+/=?^_`{|}~-@example.com",
      `x@${'a'.repeat(63)}.example`,
      '1@2.3',
    ]) {
      assert.equal(readEmail(address), address, address)
    }
  })

  it('is nothing that a browser refuses', () => {
    for (const text of [
      'reader',
      'reader@',
      '@example.com',
      'a@b@example.com',
      'a b@example.com',
      'a@exa mple.com',
      'a@-example.com',
      'a@example-.com',
      'a@example..com',
      'a@.example.com',
      'a@example.com.',
      `x@${'a'.repeat(64)}.example`,
      '"quoted"@example.com',
      'jürgen@example.com',
      'a@[192.0.2.1]',
      '<b>@example.com',
      'a@example.com, b@example.com',
    ]) {
      assert.equal(readEmail(text), undefined, text)
    }
    assert.match(v.safeParse(emailField, ' \u200b ').issues![0].message, /^Enter/)
    assert.match(v.safeParse(emailField, `${'a'.repeat(250)}@b.de`).issues![0].message, /254/)
  })

  it('has no characters that nobody sees, and no two spellings', () => {
    for (const text of [
      'Jane@Example.com',
      ' jane@example.com\u00a0',
      'ja\u200bne@exa\u00admple.com',
      '\ufeffjane@example.com\r\n',
      '\u202ejane@example.com\u202c',
    ]) {
      assert.equal(readEmail(text), 'jane@example.com', JSON.stringify(text))
    }
    assert.equal(readEmail('me@München.de'), 'me@xn--mnchen-3ya.de')
  })
})

describe('a name', () => {
  it('is kept as it is, in any script', () => {
    for (const name of [
      'Nora',
      "Conan O'Brien-Ng, Jr.",
      'J.R.R. Tolkien',
      'Dr. Ada M. Lovelace',
      'José Ñandú',
      '村上 春樹',
      'نرگس\u200cسادات',
      '👩\u200d🚀',
      '<b>Bold</b> & Sons',
      'C3-PO',
      'A. B. c/o J.Smith',
      'A.Lee/B.Ray',
      'J.Smith/K.Jones',
      'ジョン．スミス',
      '山田。太郎',
    ]) {
      assert.equal(readName(name), name, name)
    }
  })

  it('is one line without what nobody sees', () => {
    assert.equal(readName('  Nora \t\r\n\u2028 Newcomer '), 'Nora Newcomer')
    assert.equal(readName('No\u200bra\u0000\u001b \u202eNew\u2066comer\ufeff'), 'Nora Newcomer')
    for (const blank of ['\u200b\u2060 \u3164', '\u200d', '\u2800', '\u200c \u0301\ufe0f']) {
      assert.equal(readName(blank), undefined, JSON.stringify(blank))
    }
    assert.equal(readName('x'.repeat(101)), undefined)
  })

  it('holds no link', () => {
    for (const name of [
      'https://evil.example/x',
      'Nora\n\nhttp://evil.example',
      'www.evil',
      'See evil.example now',
      'evil\u200b.com',
      'Prize: bit.ly/x',
      'nora@example.com',
      'müller.de',
      'Go to t.me/scam now',
      't.co/abc',
      'evil．com',
      'evil。com',
      'evil｡com',
    ]) {
      assert.equal(readName(name), undefined, name)
    }
  })
})
