import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { createCookie } from 'remix/cookie'
import { rounds } from '../fixtures/exploring.ts'

const OLD = 'pY3rVq8sLw0xKb5nZt7uJd2mFh9cGa4e'
const NEW = 'nE2wKq7pXv4mRz9sTb6yHc3dGf8jLa5u'
const plain = createCookie('__session')
const signed = createCookie('__session', { secrets: [OLD] })

describe('a cookie', () => {
  it('gives back what it was given, plain or signed', async () => {
    const values = fc.string({ unit: 'grapheme', minLength: 1 }).filter(hasNoLoneSurrogate)
    for (const cookie of [plain, signed]) {
      await fc.assert(
        fc.asyncProperty(values, async (value) => {
          const [pair] = (await cookie.serialize(value)).split('; ')
          assert.match(pair!, /^__session=[\x21-\x7e]*$/)
          assert.equal(await cookie.parse(pair!), value)
          assert.equal(await cookie.parse(`a=1; ${pair}; b=2`), value)
        }),
      )
    }
  })

  it('is host-wide and Lax unless told otherwise, and writes out every attribute', async () => {
    assert.equal(await plain.serialize('v'), '__session=v; Path=/; SameSite=Lax')
    const full = createCookie('__session', {
      domain: 'shop.example',
      path: '/shop',
      maxAge: 60,
      expires: new Date('2100-01-01'),
      httpOnly: true,
      sameSite: 'Strict',
      partitioned: true,
    })
    assert.equal(
      await full.serialize('v'),
      '__session=v; Domain=shop.example; Path=/shop; Max-Age=60; ' +
        'Expires=Fri, 01 Jan 2100 00:00:00 GMT; HttpOnly; Secure; SameSite=Strict; Partitioned',
    )
    const { name, domain, path, maxAge, httpOnly, secure, sameSite, partitioned } = full
    assert.deepEqual(
      { name, domain, path, maxAge, httpOnly, secure, sameSite, partitioned },
      {
        name: '__session',
        domain: 'shop.example',
        path: '/shop',
        maxAge: 60,
        httpOnly: true,
        secure: true,
        sameSite: 'Strict',
        partitioned: true,
      },
    )
    assert.equal(full.expires?.getTime(), Date.UTC(2100, 0))
  })

  it('attributes given to serialize replace its own, undefined leaves one out', async () => {
    const cookie = createCookie('a', { maxAge: 60, httpOnly: true })
    assert.equal(
      await cookie.serialize('v', { maxAge: undefined, secure: true }),
      'a=v; Path=/; HttpOnly; Secure; SameSite=Lax',
    )
  })

  it('an end given to serialize or with() replaces its own, in whichever attribute that was', async () => {
    const past = new Date(0)
    const short = createCookie('a', { maxAge: 3600 })
    const long = createCookie('a', { expires: new Date('2100-01-01') })
    const [start, gone] = ['a=; Path=/', 'Expires=Thu, 01 Jan 1970 00:00:00 GMT; SameSite=Lax']
    assert.equal(await short.serialize('', { expires: past }), `${start}; ${gone}`)
    const both = { maxAge: 0, expires: past }
    assert.equal(await short.serialize('', both), `${start}; Max-Age=0; ${gone}`)
    assert.equal(await long.serialize('', { maxAge: 0 }), `${start}; Max-Age=0; SameSite=Lax`)
    assert.equal(
      await short.serialize('', { expires: undefined }),
      `${start}; Max-Age=3600; SameSite=Lax`,
    )
    const { maxAge, expires } = short.with({ expires: long.expires })
    assert.deepEqual([maxAge, expires], [undefined, long.expires])
    assert.equal(short.with({ httpOnly: true }).maxAge, 3600)
  })

  it('encodes and decodes as told', async () => {
    const cookie = createCookie('a', {
      encode: (value) => Buffer.from(value).toString('hex'),
      decode: (value) => Buffer.from(value, 'hex').toString(),
    })
    assert.match(await cookie.serialize('ü;'), /^a=c3bc3b; /)
    assert.equal(await cookie.parse('a=c3bc3b'), 'ü;')
  })

  it('a value that cannot be decoded is none', async () => {
    assert.equal(await plain.parse('__session=%E0%A4%A'), null)
    assert.equal(await plain.parse(null), null)
    assert.equal(await plain.parse(undefined), null)
    assert.equal(await plain.parse(''), null)
    assert.equal(await plain.parse('other=1'), null)
  })

  it('an encoding that lets a value end early is refused', async () => {
    const cookie = createCookie('a', { encode: (value) => value })
    for (const value of ['v; Domain=evil.example', 'v\r\nX: y', 'v\0', 'v\u007f']) {
      await assert.rejects(cookie.serialize(value), TypeError)
    }
  })

  it('an encoding is refused whose value would come back changed, or not fit into a header', async () => {
    const cookie = createCookie('a', { encode: (value) => value, decode: (value) => value })
    for (const value of [' v', 'v ', 'v\t', '\u0100', '\u{1f36a}']) {
      await assert.rejects(cookie.serialize(value), /Cookie "a": the value must not hold/)
    }
    for (const value of ['v w', '"v"', 'v,w', '\u00fc', '\u00a0v']) {
      const [pair] = (await cookie.serialize(value)).split('; ')
      assert.equal(new Headers({ Cookie: pair! }).get('Cookie'), pair)
      assert.equal(await cookie.parse(pair!), value)
    }
    const late = createCookie('a', { encode: (async (value: string) => value) as never })
    await assert.rejects(late.serialize('v'), /Cookie "a": encode answered no string/)
  })

  it('a value with half a character is refused', async () => {
    for (const cookie of [plain, signed, createCookie('a', { encode: encodeURIComponent })]) {
      for (const value of ['\ud800', 'v\udfff']) {
        await assert.rejects(cookie.serialize(value), (error: Error) => {
          assert.ok(error instanceof TypeError)
          assert.match(error.message, /^Cookie "\w+": the value holds half a character$/)
          assert.ok(error.cause instanceof URIError)
          return true
        })
      }
    }
    const mine = createCookie('a', { encode: () => decodeURIComponent('%') })
    await assert.rejects(mine.serialize('v'), URIError)
    const own = new TypeError('no half characters here')
    const refusing = createCookie('a', {
      encode: () => {
        throw own
      },
    })
    await assert.rejects(refusing.serialize('\ud800'), (error) => error === own)
  })

  it('what is no string has no value', async () => {
    for (const cookie of [plain, signed]) {
      for (const value of [undefined, null, 42, {}]) {
        await assert.rejects(cookie.serialize(value as never), /the value is no string/)
      }
    }
  })

  it('name and value have 4,096 bytes together at most, and the message counts them', async () => {
    const room = 4096 - '__session'.length
    assert.match(await plain.serialize('v'.repeat(room)), /; Path=/)
    const message = 'Cookie "__session": name and value have 4097 bytes, browsers take 4096'
    await assert.rejects(plain.serialize('v'.repeat(room + 1)), { name: 'TypeError', message })
    assert.throws(() => plain.serializeRaw('v'.repeat(room + 1)), { message })
    // Encoded and signed, as it stands in the header.
    await assert.rejects(plain.serialize('ü'.repeat(700)), /have 4209 bytes/)
    await assert.rejects(signed.serialize('v'.repeat(room - 43)), /have 4097 bytes/)
    assert.match(await signed.serialize('v'.repeat(room - 44)), /; Path=/)
  })

  it('tells whether httpOnly was given, be it false', () => {
    const told = [{}, { httpOnly: undefined }, { httpOnly: false }, { httpOnly: true }].map(
      (options) => {
        const { httpOnly, httpOnlyGiven } = createCookie('a', options)
        return [httpOnly, httpOnlyGiven]
      },
    )
    assert.deepEqual(told, [
      [false, false],
      [false, false],
      [false, true],
      [true, true],
    ])
    assert.equal(
      plain.serializeRaw('v', { httpOnly: true }),
      '__session=v; Path=/; HttpOnly; SameSite=Lax',
    )
  })

  it('a raw value that would end early is refused', () => {
    assert.throws(() => plain.serializeRaw('v; Domain=evil.example'), TypeError)
  })
})

describe('a Cookie header', () => {
  it('is split at semicolons alone: a quoted value cannot swallow another cookie', async () => {
    // The cookie sandwich: a parser that unquotes takes the middle for a part of the first value.
    const header = 'first="; __session=secret; last="'
    assert.equal(await plain.parse(header), 'secret')
    assert.equal(await createCookie('first').parse(header), '"')
    assert.equal(await plain.parse('$Version=1; __session="quoted"; $Path="/"'), '"quoted"')
    assert.equal(await plain.parse('a=1, __session=swallowed; b=2'), null)
  })

  it('only SP and HTAB are trimmed: byte 0xA0 does not make another name ours', async () => {
    const hosted = createCookie('__Host-session', { secure: true })
    for (const blank of ['\u00a0', '\u000b', '\u000c', '\u2003', '\ufeff', '\u0000']) {
      assert.equal(
        await hosted.parse(`${blank}__Host-session=planted`),
        null,
        JSON.stringify(blank),
      )
      const both = `${blank}__Host-session=planted; __Host-session=ours`
      assert.equal(await hosted.parse(both), 'ours')
    }
    assert.equal(await plain.parse(' \t __session=\t value \t; a=1'), 'value')
    assert.equal(await createCookie('a', { decode: (v) => v }).parse('a=\u00a0v'), '\u00a0v')
  })

  it('names are equal to the letter, not at the end or in a value of others', async () => {
    for (const header of [
      'x__session=planted',
      '__session2=planted',
      '__Session=planted',
      'a=__session=planted',
      'a=b __session=planted',
      'a= __session=planted',
      '=__session=planted',
      '__session',
      '__session =planted',
      '"__session"=planted',
    ]) {
      assert.equal(await plain.parse(header), null, header)
      assert.equal(await plain.parse(`${header}; __session=ours`), 'ours', header)
      assert.equal(await plain.parse(`__session=ours; ${header}`), 'ours', header)
    }
    assert.equal(await plain.parse('__session==v=w='), '=v=w=')
  })

  it('two different valid values are none, the same twice is one', async () => {
    assert.equal(await plain.parse('__session=a; __session=b'), null)
    assert.equal(await plain.parse('__session=a; __session=a'), 'a')
    assert.deepEqual(plain.parseAll('__session=a; x=1;__session=b'), ['a', 'b'])
  })

  it('values of others do not hide the one that we signed', async () => {
    const [ours] = (await signed.serialize('v')).split('; ')
    for (const planted of ['__session=v', '__session=', '__session=v.AAAA', '__session=.']) {
      assert.equal(await signed.parse(`${planted}; ${ours}`), 'v')
      assert.equal(await signed.parse(`${ours}; ${planted}`), 'v')
    }
  })

  it('eight values are tried and no more', () => {
    const header = Array.from({ length: 20 }, (_, i) => `__session=${i}`).join('; ')
    assert.deepEqual(plain.parseAll(header), ['0', '1', '2', '3', '4', '5', '6', '7'])
  })

  it('whatever it holds, parsing neither throws nor finds what is not there', async () => {
    const pieces = fc.constantFrom(
      '__session',
      '=',
      ';',
      ' ',
      '\t',
      '"',
      'x',
      '\u00a0',
      ',',
      '%',
      '.',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 30 }), async (parts) => {
        const header = parts.join('')
        assert.equal(await signed.parse(header), null)
        const expected = header
          .split(';')
          .map((pair) => pair.replace(/^[ \t]+|[ \t]+$/g, ''))
          .filter((pair) => pair.startsWith('__session='))
          .map((pair) => pair.slice('__session='.length).replace(/^[ \t]+/, ''))
        assert.deepEqual(plain.rawValues(header), [...new Set(expected)].slice(0, 8))
      }),
      { numRuns: rounds(1000) },
    )
  })
})

describe('a signature', () => {
  it('is worth nothing on another value, another cookie or under another secret', async () => {
    const value = await valueOf(signed, 'user-1')
    assert.equal(await signed.parse(`__session=${value}`), 'user-1')
    assert.equal(await signed.parse(`__session=${value.replace('user-1', 'user-2')}`), null)
    const other = createCookie('other', { secrets: [OLD] })
    assert.equal(await other.parse(`other=${value}`), null)
    const foreign = createCookie('__session', { secrets: [NEW] })
    assert.equal(await foreign.parse(`__session=${value}`), null)
  })

  it('with any character changed, dropped or added is refused', async () => {
    const value = await valueOf(signed, 'v')
    for (let i = 0; i < value.length; i++) {
      for (const replacement of ['', 'A', '-', '.', '=', '%']) {
        const forged = value.slice(0, i) + replacement + value.slice(i + 1)
        if (forged !== value) assert.equal(await signed.parse(`__session=${forged}`), null, forged)
      }
    }
    for (const more of ['=', 'A', '.', ' A', '%20']) {
      assert.equal(await signed.parse(`__session=${value}${more}`), null)
    }
  })

  it('has one spelling: what decodes to the same bytes is refused', async () => {
    const value = await valueOf(signed, 'v')
    const last = value.at(-1)!
    // The last of 43 characters carries two bits that no byte needs.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const twin = alphabet[alphabet.indexOf(last) + 1]!
    const signature = value.slice(value.indexOf('.') + 1)
    const same = signature.slice(0, -1) + twin
    assert.deepEqual(Buffer.from(same, 'base64url'), Buffer.from(signature, 'base64url'))
    assert.equal(await signed.parse(`__session=v.${same}`), null)
    // Characters of which the low byte alone is right.
    const wide = String.fromCharCode(...[...signature].map((c) => c.charCodeAt(0) + 0x100))
    assert.equal(await signed.parse(`__session=v.${wide}`), null)
    const spellings = [signature.replaceAll('-', '+').replaceAll('_', '/'), `${signature}=`]
    for (const spelling of spellings.filter((spelling) => spelling !== signature)) {
      assert.equal(await signed.parse(`__session=v.${spelling}`), null)
    }
  })

  it('by an older secret is good, and the newest signs', async () => {
    const rotated = createCookie('__session', { secrets: [NEW, OLD] })
    const old = await valueOf(signed, 'v')
    assert.equal(await rotated.parse(`__session=${old}`), 'v')
    const fresh = await valueOf(rotated, 'v')
    assert.notEqual(fresh, old)
    assert.equal(await signed.parse(`__session=${fresh}`), null)
    const dropped = createCookie('__session', { secrets: [NEW] })
    assert.equal(await dropped.parse(`__session=${old}`), null)
    assert.equal(await dropped.parse(`__session=${fresh}`), 'v')
  })
})

async function valueOf(cookie: typeof plain, value: string): Promise<string> {
  const header = await cookie.serialize(value)
  return header.slice(header.indexOf('=') + 1, header.indexOf(';'))
}

function hasNoLoneSurrogate(text: string): boolean {
  return text.isWellFormed()
}
