import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { applyChanges, packRecord, unpackRecord } from './session-record.ts'
import type { SessionChanges, SessionRecord } from './session-record.ts'

describe('applying changes', () => {
  it('leaves the record alone, which other requests may hold', () => {
    const record: SessionRecord = {
      values: { cart: { 7: 1, 8: 2 }, color: 'red', old: true },
      flashes: {
        read: { value: 'read', claimedBy: 'me', claimedUntil: 2000 },
        shown: { value: 'unread', claimedBy: 'me', claimedUntil: 2000 },
        free: { value: 'free' },
        replaced: { value: 'replaced' },
      },
      createdAt: 1,
      renewedAt: 2,
      expiresAt: 3,
      maxAge: 4,
      aliases: ['a'],
    }
    const changes: SessionChanges = {
      set: [
        ['color', '"blue"'],
        ['replaced', '1'],
        ['__proto__', '{"polluted":true}'],
      ],
      flash: [['notice', '"new"']],
      merge: [
        [
          'cart',
          [
            ['7', null],
            ['8', '3'],
            ['__proto__', '9'],
          ],
        ],
      ],
      removed: ['old'],
      claim: { by: 'other', now: 1000, until: 3000 },
      settle: { by: 'me', read: ['read'] },
      times: { createdAt: 1, renewedAt: 5, expiresAt: 6, maxAge: 7 },
      alias: 'b',
    }
    const before = JSON.stringify(record)
    const after = applyChanges(record, changes)
    assert.equal(JSON.stringify(record), before)
    // As text, because the comparison of objects does not see a key that is named __proto__.
    assert.deepEqual(
      JSON.stringify(after),
      JSON.stringify({
        values: {
          cart: JSON.parse('{"8":3,"__proto__":9}'),
          color: 'blue',
          ...JSON.parse('{"replaced":1,"__proto__":{"polluted":true}}'),
        },
        flashes: {
          shown: { value: 'unread' },
          free: { value: 'free', claimedBy: 'other', claimedUntil: 3000 },
          notice: { value: 'new' },
        },
        createdAt: 1,
        renewedAt: 5,
        expiresAt: 6,
        maxAge: 7,
        aliases: ['a', 'b'],
      }),
    )
  })
})

describe('a packed record', () => {
  it('is the same again when it is unpacked', () => {
    const least: SessionRecord = {
      values: {},
      flashes: {},
      createdAt: 1_700_000_000_000,
      renewedAt: 1_700_000_500_001,
      expiresAt: 1_700_000_900_003,
      maxAge: 604_800,
    }
    const whole: SessionRecord = {
      ...least,
      values: { cart: { 7: [1, null] }, ['__proto__']: 'a key' },
      flashes: { notice: { value: 'saved', claimedBy: 'me', claimedUntil: 2000 } },
      persistent: false,
      aliases: ['a', 'b'],
    }
    for (const record of [least, whole, { ...least, persistent: true }]) {
      assert.deepEqual(unpackRecord(packRecord(record)), record)
      assert.ok(packRecord(record).length < JSON.stringify(record).length - 60)
    }
  })
})
