import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { hostileText, skeleton } from '../ui/testing-markup.ts'
import { wordingOf } from './letters.ts'
import type { Letter } from './letters.ts'
import { writeMessage } from './message.ts'
import { shop as words } from '../ui/shop.ts'

const href = (path: string) => `https://shop.example${path}`

const letters: Letter[] = [
  { kind: 'reset', token: 'TOKEN' },
  { kind: 'confirm-registration', token: 'TOKEN' },
  { kind: 'confirm-address', token: 'TOKEN' },
  { kind: 'confirm-new-address', token: 'TOKEN' },
  { kind: 'known-address' },
  { kind: 'guest-order', token: 'TOKEN', id: 7, totalCents: 1, books: [] },
  { kind: 'new-login', browser: 'Firefox on Linux', at: new Date('2026-03-14T09:26:53Z') },
  { kind: 'password-changed' },
  { kind: 'address-changed' },
  { kind: 'factors-changed', change: 'passkey-added' },
  { kind: 'recovery-code-used', left: 1 },
  { kind: 'order', id: 7, totalCents: 1250, books: [{ title: 'A & B', quantity: 2 }] },
]

function write(letter: Letter) {
  return writeMessage('a@example.com', wordingOf(letter, href))
}

function orderOf(title: string): Letter {
  return { kind: 'order', id: 1, totalCents: 1, books: [{ title, quantity: 1 }] }
}

describe('a letter', () => {
  for (const letter of letters) {
    it(`says what to do if it was not you: ${letter.kind}`, () => {
      const { subject, text, html } = write(letter)
      assert.match(text, /^Hello,\n\n[^]*If it was not you, /)
      assert.ok(text.endsWith(`\n\n${words.name}\n`))
      assert.ok(subject.includes(words.name))
      for (const link of text.match(/https?:\S+/g) ?? []) {
        assert.ok(html.includes(`<a href="${link}">${link}</a>`), link)
      }
    })
  }

  it('leads on with links of the shop', () => {
    assert.match(write(letters[0]!).text, /https:\/\/shop\.example\/reset-password\/TOKEN\n/)
    assert.match(write(letters.at(-1)!).text, /2 × A & B\n\nTotal: €12\.50[^]*\/orders\/7\n/)
  })

  it('is HTML in which every text stays a text', () => {
    const expected = skeleton(write(orderOf('text')).html)
    fc.assert(
      fc.property(hostileText, (text) => {
        assert.equal(skeleton(write(orderOf(text)).html), expected)
      }),
    )
  })
})
