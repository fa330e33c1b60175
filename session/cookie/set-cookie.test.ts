import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { createCookie } from 'remix/cookie'
import type { CookieAttributes } from 'remix/cookie'
import { anyCharacter } from '../fixtures/any-character.ts'
import { rounds } from '../fixtures/exploring.ts'

const JUNK = [' ', ';', '; Secure', '.', '-', '/', '\\', '?', '%', ':', '|', 'ü', '\r\n', '[', '=']
const FAR = { min: new Date(Date.now() + 60_000), max: new Date('+010001-01-01') }

const names = fc
  .tuple(
    fc.constantFrom('', '', '', '__Secure-', '__Host-', '__Http-', '__Host-Http-', '__host-HTTP-'),
    mostly(fc.constant('a'), fc.string({ unit: anyCharacter, maxLength: 3 })),
  )
  .map((parts) => parts.join(''))

// Each of them usable nearly always, so that many are accepted together.
const attributes = fc.record(
  {
    domain: mostlyUsable(textOf('shop', '.a', 'B', '_d', '9')),
    expires: mostlyUsable(fc.date({ ...FAR, noInvalidDate: true })),
    httpOnly: mostlyUsable(fc.boolean()),
    maxAge: mostlyUsable(fc.integer({ min: 1 })),
    partitioned: mostlyUsable(fc.boolean()),
    path: mostlyUsable(textOf('/', 'a', '/b', '%20', '~c', '/.d').map((path) => `/${path}`)),
    sameSite: mostlyUsable(fc.constantFrom('Strict', 'Lax', 'None')),
    secure: mostlyUsable(fc.boolean()),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<CookieAttributes>

const values = fc.string({ unit: 'grapheme', maxLength: 9 }).filter((text) => text.isWellFormed())

describe('a Set-Cookie header', () => {
  it('reads strictly as what was given, and browsers store it, or a TypeError is thrown', async () => {
    const counts = { accepted: 0, refused: 0 }
    await fc.assert(
      fc.asyncProperty(names, attributes, values, attributes, async (name, own, value, more) => {
        let header
        try {
          header = await createCookie(name, own).serialize(value, more)
        } catch (error) {
          counts.refused++
          assert.ok(error instanceof TypeError)
          assert.match(error.message, /^Cookie "/)
          return
        }
        counts.accepted++
        const cookie = readStrictly(header)
        assert.deepEqual(cookie, { name, value, ...expected(withDefaults(own), more) })
        assert.ok(isStored(cookie), header)
      }),
      { numRuns: rounds(3000) },
    )
    assert.ok(counts.accepted > 300 && counts.refused > 300, JSON.stringify(counts))
  })
})

function withDefaults(attributes: CookieAttributes): CookieAttributes {
  const { path = '/', sameSite = 'Lax', secure, partitioned } = attributes
  return { ...attributes, path, sameSite, secure: secure || partitioned }
}

function expected(own: CookieAttributes, more: CookieAttributes) {
  const { domain, httpOnly, partitioned, path, sameSite, secure } = { ...own, ...more }
  const endsAnew = more.maxAge !== undefined || more.expires !== undefined
  const { maxAge, expires } = endsAnew ? more : { ...own, ...more }
  return {
    domain,
    // The header counts whole seconds.
    expires: expires && Math.floor(expires.getTime() / 1000) * 1000,
    httpOnly: httpOnly ?? false,
    maxAge,
    partitioned: partitioned ?? false,
    path,
    sameSite,
    secure: Boolean(secure || partitioned),
  }
}

// The grammar for servers (RFC 6265bis, 4.1.1), with the dot and the "_" that browsers allow in domains.
const PAIR = /^(?<name>[!#-'*+.^`|~\w-]+)=(?<value>[!#-+--:<-[\]-~]*)$/
const ATTRIBUTES: Record<string, RegExp> = {
  Domain: /^\.?\w([\w-]*\w)?(\.\w([\w-]*\w)?)*$/,
  Path: /^\/[!-:<-~]*$/,
  'Max-Age': /^\d{1,16}$/,
  Expires: /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/,
  SameSite: /^(Strict|Lax|None)$/,
  HttpOnly: /^$/,
  Secure: /^$/,
  Partitioned: /^$/,
}

function readStrictly(header: string) {
  const [pair, ...rest] = header.split('; ')
  const { name, value } = PAIR.exec(pair!)!.groups!
  const found = new Map<string, string>()
  for (const attribute of rest) {
    const [key, ...parts] = attribute.split('=')
    assert.match(parts.join('='), ATTRIBUTES[key!]!, header)
    assert.ok(!found.has(key!), header)
    found.set(key!, parts.join('='))
  }
  const [expires, maxAge] = [found.get('Expires'), found.get('Max-Age')]
  return {
    name: name!,
    value: decodeURIComponent(value!),
    domain: found.get('Domain'),
    expires: expires === undefined ? undefined : Date.parse(expires),
    httpOnly: found.has('HttpOnly'),
    maxAge: maxAge === undefined ? undefined : Number(maxAge),
    partitioned: found.has('Partitioned'),
    path: found.get('Path'),
    sameSite: found.get('SameSite'),
    secure: found.has('Secure'),
  }
}

// RFC 6265bis, 5.7, and what became of the prefixes in the draft of its successor.
function isStored(cookie: ReturnType<typeof readStrictly>): boolean {
  const { name, domain, httpOnly, partitioned, path, sameSite, secure } = cookie
  if ((sameSite === 'None' || partitioned) && !secure) return false
  if (/^__(secure|host|http)-/i.test(name) && !secure) return false
  if (/^__host-/i.test(name) && (path !== '/' || domain !== undefined)) return false
  return httpOnly || !/^__(host-)?http-/i.test(name)
}

function textOf(...usual: string[]): fc.Arbitrary<string> {
  const piece = mostly(fc.constantFrom(...usual), fc.constantFrom(...JUNK))
  return fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''))
}

function mostlyUsable(usual: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const unusable = [null, '', 'yes', 0, -1, 1.5, NaN, true, [], {}, new Date(NaN), new Date(0)]
  return mostly(usual, fc.constantFrom(undefined, ...unusable))
}

function mostly<usual, other>(
  usual: fc.Arbitrary<usual>,
  other: fc.Arbitrary<other>,
): fc.Arbitrary<usual | other> {
  return fc.oneof({ weight: 60, arbitrary: usual }, other)
}
