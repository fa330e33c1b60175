import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  applyChanges,
  emptyRecord,
  noChanges,
  packRecord,
  parseRecord,
  successorRecord,
  unpackRecord,
} from './record.ts'
import type { SessionChanges, SessionRecord } from './record.ts'

describe('applying changes', () => {
  it('leaves the record alone, which other requests may hold', () => {
    const record: SessionRecord = {
      values: { cart: { 7: 1, 8: 2 }, color: 'red', gone: true, visits: 2 },
      flashes: {
        read: { value: 'read', token: 'first' },
        again: { value: 'read', token: 'second' },
        old: { value: 'from an older version' },
        free: { value: 'free', token: 'third' },
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
      flash: [
        ['notice', '"new"', 'fourth'],
        ['short', '1'],
      ],
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
      removed: ['gone'],
      add: [
        ['visits', 3],
        ['color', -1],
        ['toString', 1],
      ],
      read: [
        ['read', 'first'],
        ['again', 'first'],
        ['old', undefined],
        ['free', undefined],
        ['toString', undefined],
      ],
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
          color: -1,
          visits: 5,
          ...JSON.parse('{"replaced":1,"__proto__":{"polluted":true}}'),
          toString: 1,
        },
        flashes: {
          again: { value: 'read', token: 'second' },
          free: { value: 'free', token: 'third' },
          notice: { value: 'new', token: 'fourth' },
          short: { value: 1 },
        },
        createdAt: 1,
        renewedAt: 5,
        expiresAt: 6,
        maxAge: 7,
        aliases: ['a', 'b'],
      }),
    )
  })

  it('changes nothing of a session that got a new id', () => {
    const left = successorRecord('b'.repeat(64), 1000)
    assert.equal(applyChanges(left, { ...noChanges(), set: [['color', '"red"']] }), left)
  })

  it('leaves the idle limit that another request chose, and renews it', () => {
    const chosen: SessionRecord = {
      ...emptyRecord({ createdAt: 0, renewedAt: 1000, expiresAt: 61_000, maxAge: 60 }),
      persistent: false,
    }
    const times = { createdAt: 0, renewedAt: 3000, expiresAt: 903_000, maxAge: 900 }
    const renewed = { ...chosen, renewedAt: 3000, expiresAt: 63_000 }
    assert.deepEqual(applyChanges(chosen, { ...noChanges(), times }), renewed)
    const other = { ...times, persistent: true }
    assert.deepEqual(applyChanges(chosen, { ...noChanges(), times: other }), {
      ...chosen,
      ...other,
    })
  })

  it('begins the absolute limit anew with a new id, whatever idle limit was chosen meanwhile', () => {
    const chosen: SessionRecord = {
      ...emptyRecord({ createdAt: 0, renewedAt: 8000, expiresAt: 10_000, maxAge: 60 }),
      persistent: true,
    }
    const times = { createdAt: 9000, renewedAt: 9000, expiresAt: 19_000, maxAge: 900 }
    const bounded = { ...chosen, createdAt: 9000, renewedAt: 9000, expiresAt: 19_000 }
    assert.deepEqual(applyChanges(chosen, { ...noChanges(), times }), bounded)
    const idle = { ...chosen, maxAge: 2 }
    const renewed = { ...bounded, maxAge: 2, expiresAt: 11_000 }
    assert.deepEqual(applyChanges(idle, { ...noChanges(), times }), renewed)
  })

  it('keeps the later renewal of two, and the time that is left from there', () => {
    const times = { createdAt: 0, renewedAt: 3000, expiresAt: 63_000, maxAge: 60 }
    const record = emptyRecord(times)
    const older = { createdAt: 0, renewedAt: 1000, expiresAt: 61_000, maxAge: 60 }
    assert.deepEqual(applyChanges(record, { ...noChanges(), times: older }), record)
    const limit = { ...older, expiresAt: 11_000, maxAge: 10, persistent: true }
    const limited = { ...record, ...limit, renewedAt: 3000, expiresAt: 13_000 }
    assert.deepEqual(applyChanges(record, { ...noChanges(), times: limit }), limited)
    assert.deepEqual(applyChanges(limited, { ...noChanges(), times: older }), limited)
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
      flashes: { notice: { value: 'saved', token: 'a token' } },
      persistent: false,
      aliases: ['a'.repeat(64), 'b'.repeat(64)],
      successor: 'c'.repeat(64),
      previous: ['0123456789abcdef'],
      place: '01234567',
      hidesUntil: 1_700_000_900_000,
    }
    for (const record of [least, whole, { ...least, persistent: true }]) {
      assert.deepEqual(unpackRecord(packRecord(record)), record)
      assert.ok(packRecord(record).length < JSON.stringify(record).length - 60)
    }
  })
})

describe('the text of a record', () => {
  const whole: SessionRecord = {
    values: { color: 'red' },
    flashes: { notice: { value: 'Saved', token: 't' } },
    createdAt: 1,
    renewedAt: 2,
    expiresAt: 3,
    maxAge: 4,
    persistent: true,
    aliases: ['a'.repeat(64)],
  }

  it('that somebody else wrote is no record, whatever is wrong with it', () => {
    const texts = ['', '{', 'null', '[]', '0', '"text"', '{}', '\ufeff{}']
    for (const name of ['values', 'flashes', 'createdAt', 'renewedAt', 'expiresAt', 'maxAge']) {
      texts.push(JSON.stringify({ ...whole, [name]: undefined }))
    }
    for (const [name, values] of Object.entries({
      values: [null, [], 'text', 1],
      flashes: [null, [], { notice: null }, { notice: 'text' }, { notice: {} }],
      createdAt: ['1', null, {}, 1e20, -1e20],
      renewedAt: ['2', null, 8.64e15 + 1],
      expiresAt: [null, true, 1e20],
      maxAge: [null, [4]],
      persistent: ['yes', null, 1],
      aliases: [{}, 'a', [1], ['../../etc/passwd']],
      successor: [1, 'not an id', {}],
      previous: ['text', [1], {}],
      place: [1, ['text'], {}],
      hidesUntil: ['1', null, 1e20],
    })) {
      for (const value of values) texts.push(JSON.stringify({ ...whole, [name]: value }))
    }
    for (const text of texts) assert.equal(parseRecord(text), null, text)
    assert.deepEqual(parseRecord(JSON.stringify(whole)), whole)
  })

  it('that is packed likewise', () => {
    const packed = JSON.parse(packRecord(whole)) as unknown[]
    const texts = ['', '{', '{}', 'null', '[]', '[1]', '"text"']
    for (const [index] of packed.entries()) {
      for (const value of [null, 'text', {}, [], true, Infinity]) {
        const changed = packed.with(index, value)
        // What was left out may be null; the rest of a kind is as good as what was there.
        if (JSON.stringify(changed[index]) === JSON.stringify(packed[index])) continue
        texts.push(JSON.stringify(changed))
      }
    }
    for (const text of texts) {
      const record = unpackRecord(text)
      if (record !== null) assert.deepEqual(parseRecord(JSON.stringify(record)), record)
    }
    for (const text of texts.slice(0, 7)) assert.equal(unpackRecord(text), null, text)
  })

  it('may hold what a newer version has added, and keeps it', () => {
    const newer = parseRecord(JSON.stringify({ ...whole, later: { a: 1 } }))!
    const changed = applyChanges(newer, { ...noChanges(), set: [['color', '"blue"']] })
    assert.deepEqual({ ...changed }, { ...whole, later: { a: 1 }, values: { color: 'blue' } })
  })

  it('of the version before this one is read', () => {
    const text =
      '{"values":{"color":"red"},"flashes":{"note":{"value":"hi","claimedBy":"x","claimedUntil":5}},' +
      '"createdAt":1,"renewedAt":2,"expiresAt":3,"maxAge":4}'
    assert.equal(parseRecord(text)?.flashes.note?.value, 'hi')
    const packed = '[1,1,1,4,null,{"color":"red"},{},null]'
    assert.deepEqual(unpackRecord(packed)?.values, { color: 'red' })
    assert.equal(unpackRecord(packed)?.persistent, undefined)
  })
})
