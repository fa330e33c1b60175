import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'

import { hostileText, skeleton, testShell } from '../ui/testing-markup.ts'
import { outboxPage } from './outbox-page.ts'

function page(text: string): string {
  const mail = { to: text, subject: text, text, html: text, createdAt: new Date(0) }
  return String(outboxPage({ shell: testShell(), mails: [{ ...mail, state: 'sent' }] }))
}

describe('outbox page', () => {
  it('makes web addresses clickable, and only those', () => {
    assert.match(page('see http://shop.test/a?b=c now'), /<a href="http:\/\/shop\.test\/a\?b=c">/)
    assert.doesNotMatch(page('javascript:alert(1) javascript://%0aalert(1)'), /href="javascript/)
  })

  it('escapes messages', () => {
    const expected = skeleton(page('text'))
    fc.assert(fc.property(hostileText, (text) => assert.equal(skeleton(page(text)), expected)))
  })
})
