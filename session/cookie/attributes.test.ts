import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import vm from 'node:vm'
import { createCookie } from 'remix/cookie'
import type { Cookie, CookieAttributes, CookieOptions } from 'remix/cookie'

const SECRET = 'pY3rVq8sLw0xKb5nZt7uJd2mFh9cGa4e'
const OTHER = 'nE2wKq7pXv4mRz9sTb6yHc3dGf8jLa5u'
const LABEL = 'a'.repeat(63)

type Arguments = [name: unknown, options?: unknown]

// What is refused, and a part of what the message says.
const refused: Record<string, [Arguments, says: string]> = {
  'an empty name': [[''], 'not a token'],
  'a name with "="': [['a=b'], 'not a token'],
  'a name with ";"': [['a;b'], 'not a token'],
  'a name with a blank': [['a b'], 'not a token'],
  'a name with 0xA0': [['\u00a0a'], 'not a token'],
  'a name with a line break': [['a\n'], 'not a token'],
  'a name that is a number': [[42], 'not a token'],
  'no name': [[undefined], 'not a token'],
  'a name that fills the cookie': [['n'.repeat(4096)], '4096 bytes'],

  '__Secure- without secure': [['__Secure-a'], '__Secure- needs secure'],
  '__Host- without secure': [['__Host-a'], '__Host- needs secure, path'],
  '__Host- with a domain': [['__Host-a', { secure: true, domain: 'shop.example' }], 'no domain'],
  '__Host- with a path': [['__Host-a', { secure: true, path: '/shop' }], "path '/'"],
  '__HOST- without secure': [['__HOST-a'], '__Host- needs secure'],
  '__Http- without httpOnly': [['__Http-a', { secure: true }], 'needs secure and httpOnly'],
  '__Http- without secure': [['__Http-a', { httpOnly: true }], 'needs secure and httpOnly'],
  '__HTTP- without httpOnly': [['__HTTP-a', { secure: true }], 'needs secure and httpOnly'],
  '__Host-Http- without httpOnly': [['__Host-Http-a', { secure: true }], 'needs secure, httpOnly'],
  '__host-http- without httpOnly': [['__host-http-a', { secure: true }], 'needs secure, httpOnly'],
  '__Host-Http- with a path': [
    ['__Host-Http-a', { secure: true, httpOnly: true, path: '/shop' }],
    "path '/'",
  ],
  '__Host-Http- with a domain': [
    ['__Host-Http-a', { secure: true, httpOnly: true, domain: 'shop.example' }],
    'no domain',
  ],
  'SameSite=None without Secure': [['a', { sameSite: 'None' }], "sameSite 'None' needs secure"],
  'an unknown SameSite': [['a', { sameSite: 'lax' }], `not "lax"`],

  'a domain that adds an attribute': [['a', { domain: 'x; Path=/y' }], 'the name of a host'],
  'a domain with ";"': [['a', { domain: 'shop.example;x' }], 'the name of a host'],
  'a domain with a blank': [['a', { domain: 'my site.org' }], 'the name of a host'],
  'a domain with an empty label': [['a', { domain: 'shop..example' }], 'the name of a host'],
  'a domain with two leading dots': [['a', { domain: '..shop.example' }], 'the name of a host'],
  'a domain with a dot at the end': [['a', { domain: 'shop.example.' }], 'the name of a host'],
  'a domain with a leading hyphen': [['a', { domain: '-shop.example' }], 'the name of a host'],
  'a domain with a hyphen at the end': [['a', { domain: 'shop-.example' }], 'the name of a host'],
  'a domain with a label of 64': [['a', { domain: `a${LABEL}.example` }], 'the name of a host'],
  'a domain of 254 letters': [
    ['a', { domain: `${`${LABEL}.`.repeat(3)}${LABEL.slice(1)}` }],
    'host',
  ],
  'a domain with a port': [['a', { domain: 'shop.example:8443' }], 'the name of a host'],
  'a domain with a scheme': [['a', { domain: 'https://shop.example' }], 'the name of a host'],
  'a domain with a path': [['a', { domain: 'shop.example/' }], 'the name of a host'],
  'a domain with a user': [['a', { domain: 'user@shop.example' }], 'the name of a host'],
  'a domain with "%"': [['a', { domain: 'sh%6fp.example' }], 'the name of a host'],
  'a domain with a line break': [['a', { domain: 'shop.example\n' }], 'the name of a host'],
  'an empty domain': [['a', { domain: '' }], 'the name of a host'],
  'a domain of one dot': [['a', { domain: '.' }], 'the name of a host'],
  'a domain beyond ASCII': [['a', { domain: 'bücher.example' }], 'write "xn--bcher-kva.example"'],
  'a domain with the sign for kelvin': [
    ['a', { domain: 'boo\u212a.example' }],
    'write "book.example"',
  ],
  'a short IP address': [['a', { domain: '127.1' }], 'the name of a host'],
  'a part of an IP address': [['a', { domain: '0.0.1' }], 'the name of a host'],
  'an IPv6 address without brackets': [['a', { domain: '2001:db8::1' }], 'the name of a host'],

  'a path with a line break': [['a', { path: '/\r\nSet-Cookie: b=c' }], 'control characters'],
  'a path with ";"': [['a', { path: '/; Secure' }], 'must not hold ";"'],
  'a path with a tab': [['a', { path: '/a\tb' }], 'control characters'],
  'a path that begins with no slash': [['a', { path: 'shop' }], 'begins with "/"'],
  'an empty path': [['a', { path: '' }], 'begins with "/"'],
  'a path beyond ASCII': [['a', { path: '/bücher' }], 'write "/b%C3%BCcher"'],
  'a path with a blank': [['a', { path: '/my shop' }], 'write "/my%20shop"'],
  'a path with a quotation mark': [['a', { path: '/"a"' }], 'write "/%22a%22"'],
  'a path with a bar': [['a', { path: '/a|b' }], 'write "/a%7Cb"'],
  'a path with a backslash': [['a', { path: '/a\\b' }], 'write "/a/b"'],
  'a path with dots': [['a', { path: '/a/../b' }], 'write "/b"'],
  'a path with a query': [['a', { path: '/a?b' }], 'write "/a"'],
  'a path with a fragment': [['a', { path: '/a#b' }], 'write "/a"'],
  'a path of 1,025 bytes': [['a', { path: `/${'p'.repeat(1024)}` }], 'path has 1025 bytes'],

  'a maxAge of half a second': [['a', { maxAge: 0.5 }], 'a whole number of seconds'],
  'a maxAge that is no number': [['a', { maxAge: NaN }], 'not NaN'],
  'a maxAge without end': [['a', { maxAge: Infinity }], 'not Infinity'],
  'a negative maxAge': [['a', { maxAge: -1 }], 'not -1'],
  'a maxAge that removes': [
    ['a', { maxAge: 0 }],
    'maxAge 0 removes a cookie: give it to serialize()',
  ],
  'a date in the past': [
    ['a', { expires: new Date(0) }],
    'an expires in the past removes a cookie',
  ],
  'a date in the past beside a maxAge': [
    ['a', { maxAge: 60, expires: new Date(0) }],
    'in the past',
  ],
  'an invalid date': [['a', { expires: new Date('never') }], 'no date from 1601 to 9999'],
  'a date of five digits': [['a', { expires: new Date('+010000-01-01') }], 'no date from'],

  'options that are a number': [['a', 42], 'options are a plain object'],
  'options that are a string': [['a', 'secure'], 'options are a plain object'],
  'options that are null': [['a', null], 'options are a plain object'],
  'options that are an array': [['a', [SECRET]], 'options are a plain object'],
  'options that are a function': [['a', () => ({ secure: true })], 'options are a plain object'],
  'options that are another cookie': [
    ['a', createCookie('b', { secure: true })],
    'options are a plain object',
  ],
  'httpOnly that is a string': [
    ['a', { httpOnly: 'yes' }],
    'httpOnly must be a boolean, not a string',
  ],
  'secure that is a number': [['a', { secure: 1 }], 'secure must be a boolean, not a number'],
  'secure that is null': [['a', { secure: null }], 'secure must be a boolean, not null'],
  'partitioned that is a string': [['a', { partitioned: 'true' }], 'partitioned must be a boolean'],
  'maxAge that is a string': [['a', { maxAge: '60' }], 'maxAge must be a number, not a string'],
  'expires that is a string': [
    ['a', { expires: 'tomorrow' }],
    'expires must be a Date, not a string',
  ],
  'expires that is a number': [['a', { expires: 4e12 }], 'expires must be a Date, not a number'],
  'a domain that is a URL': [['a', { domain: new URL('http://x') }], 'domain must be a string'],
  'a path that is null': [['a', { path: null }], 'path must be a string, not null'],
  'sameSite that is true': [['a', { sameSite: true }], 'sameSite must be a string, not a boolean'],
  'encode that is a string': [
    ['a', { encode: 'base64' }],
    'encode must be a function, not a string',
  ],
  'decode that is null': [['a', { decode: null }], 'decode must be a function, not null'],

  httponly: [['a', { httponly: true }], 'no option "httponly": did you mean httpOnly?'],
  HttpOnly: [['a', { HttpOnly: true }], 'did you mean httpOnly?'],
  max_age: [['a', { max_age: 60 }], 'did you mean maxAge?'],
  'Max-Age': [['a', { 'Max-Age': 60 }], 'did you mean maxAge?'],
  samesite: [['a', { samesite: 'Lax' }], 'did you mean sameSite?'],
  secret: [['a', { secret: SECRET }], 'did you mean secrets?'],
  expire: [['a', { expire: new Date() }], 'did you mean expires?'],
  'an option that nobody knows': [
    ['a', { priority: 'High' }],
    'there are domain, expires, httpOnly',
  ],
  'an option named like a member of objects': [['a', { toString: 1 }], 'no option "toString"'],

  'secrets that are a string': [
    ['a', { secrets: SECRET }],
    'secrets must be an array, not a string',
  ],
  'secrets that are none': [['a', { secrets: [] }], 'secrets is an empty list: leave it out'],
  'an empty secret': [['a', { secrets: [''] }], 'secrets[0] has 0 characters'],
  'a short secret': [['a', { secrets: [SECRET.slice(1)] }], 'secrets[0] has 31 characters'],
  'a short old secret': [['a', { secrets: [OTHER, 'old'] }], 'secrets[1] has 3 characters'],
  'a missing secret': [
    ['a', { secrets: [process.env['NO_SUCH_VARIABLE']] }],
    'environment variable',
  ],
  // oxlint-disable-next-line no-sparse-arrays -- the hole is what must not pass
  'a hole among the secrets': [['a', { secrets: [, SECRET] }], 'secrets[0] is undefined'],
  'a placeholder': [
    ['a', { secrets: ['please-change-me-please-change-me-please'] }],
    'looks like a placeholder',
  ],
  'a repeated character': [['a', { secrets: ['x'.repeat(64)] }], 'looks like a placeholder'],
  'the same secret twice': [
    ['a', { secrets: [OTHER, SECRET, OTHER] }],
    'secrets[2] is there twice',
  ],
}

describe('what is refused at the start', () => {
  for (const [what, [args, says]] of Object.entries(refused)) {
    it(what, () => {
      assert.throws(
        () => createCookie(...(args as [string, CookieOptions?])),
        (error: Error) => {
          assert.ok(error instanceof TypeError)
          assert.ok(error.message.startsWith(`Cookie ${JSON.stringify(String(args[0]))}: `))
          assert.ok(error.message.includes(says), error.message)
          for (const secret of [SECRET, OTHER, SECRET.slice(1), 'change-me']) {
            assert.ok(!error.message.includes(secret))
          }
          return true
        },
      )
    })
  }
})

describe('what is accepted', () => {
  const accepted: Record<string, [CookieOptions, header: string]> = {
    'a leading dot, which browsers drop': [{ domain: '.shop.example' }, 'Domain=.shop.example'],
    'capital letters in a domain': [{ domain: 'Shop.Example' }, 'Domain=Shop.Example'],
    punycode: [{ domain: 'xn--bcher-kva.example' }, 'Domain=xn--bcher-kva.example'],
    'an underscore in a domain': [{ domain: 'my_shop.internal' }, 'Domain=my_shop.internal'],
    'a label of 63': [{ domain: `${LABEL}.example` }, `Domain=${LABEL}.example`],
    localhost: [{ domain: 'localhost' }, 'Domain=localhost'],
    'an IPv4 address': [{ domain: '127.0.0.1' }, 'Domain=127.0.0.1'],
    'an IPv6 address': [{ domain: '[2001:db8::1]' }, 'Domain=[2001:db8::1]'],
    'a path with its letters encoded': [{ path: '/b%C3%BCcher' }, 'Path=/b%C3%BCcher'],
    'all else that a path may hold': [
      { path: "/a//b/~c-d_e.f!g$h&i'j(k)l*m+n,o=p:q@r/" },
      "Path=/a//b/~c-d_e.f!g$h&i'j(k)l*m+n,o=p:q@r/",
    ],
    'a path of 1,024 bytes': [{ path: `/${'p'.repeat(1023)}` }, `Path=/${'p'.repeat(1023)}`],
    'more than the 400 days that browsers keep': [{ maxAge: 4e10 }, 'Max-Age=40000000000'],
    'a distant date': [
      { expires: new Date('9999-12-31') },
      'Expires=Fri, 31 Dec 9999 00:00:00 GMT',
    ],
    'options and a date of another realm': [
      vm.runInNewContext("({ expires: new Date('9999-12-31') })"),
      'Expires=Fri, 31 Dec 9999 00:00:00 GMT',
    ],
    'partitioned, which implies secure': [{ partitioned: true }, 'Partitioned'],
    'options without a prototype': [Object.assign(Object.create(null), { secure: true }), 'Secure'],
    'options that are undefined': [
      { domain: undefined, httpOnly: undefined, secrets: undefined, encode: undefined },
      'Path=/',
    ],
  }
  for (const [what, [options, attribute]] of Object.entries(accepted)) {
    it(what, async () => {
      const header = await createCookie('a', options).serialize('v')
      assert.ok(header.split('; ').includes(attribute), header)
    })
  }

  it('every prefix with what it needs', () => {
    for (const name of ['__Secure-a', '__Host-a', '__Http-a', '__Host-Http-a', '__HOST-HTTP-A']) {
      assert.equal(createCookie(name, { secure: true, httpOnly: true }).name, name)
    }
    assert.ok(createCookie('__Http-a', { secure: true, httpOnly: true, path: '/shop' }))
    assert.ok(createCookie('__Secure-Http-a', { secure: true, httpOnly: false }))
    assert.ok(createCookie('__Hosts'))
  })
})

describe('attributes that are given to serialize', () => {
  const plain = createCookie('a')

  it('are refused like those of createCookie', async () => {
    const hosted = createCookie('__Host-Http-a', { secure: true, httpOnly: true })
    const calls: [Cookie, unknown, RegExp][] = [
      [hosted, { domain: 'shop.example' }, /no domain/],
      [hosted, { secure: false }, /needs secure/],
      [hosted, { httpOnly: false }, /httpOnly/],
      [hosted, { path: undefined }, /path '\/'/],
      [plain, { sameSite: 'None' }, /needs secure/],
      [plain, { path: '/; Secure' }, /path/],
      [plain, { path: '/bücher' }, /write "\/b%C3%BCcher"/],
      [plain, { domain: 'shop.example:80' }, /domain/],
      [plain, { maxAge: -1 }, /maxAge/],
      [plain, { expires: new Date(NaN) }, /expires/],
      // Browsers read it as 2050.
      [plain, { expires: new Date('0050-01-01') }, /no date from 1601/],
      [plain, { httponly: true }, /did you mean httpOnly/],
      [plain, { secure: 'yes' }, /must be a boolean/],
      [plain, { secrets: [SECRET] }, /no option "secrets"/],
      [plain, null, /plain object/],
      [plain, 60, /plain object/],
    ]
    for (const [cookie, attributes, message] of calls) {
      const call = cookie.serialize('v', attributes as CookieAttributes)
      await assert.rejects(call, (error: Error) => {
        assert.ok(error instanceof TypeError)
        assert.match(error.message, message)
        return true
      })
    }
  })

  it('may remove the cookie', async () => {
    const hosted = createCookie('__Host-a', { secure: true, maxAge: 60 })
    assert.equal(
      await hosted.serialize('', { maxAge: 0, expires: new Date(0) }),
      '__Host-a=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; SameSite=Lax',
    )
  })

  it('partitioned implies secure here, too', async () => {
    assert.match(await plain.serialize('v', { partitioned: true }), /; Secure; .*; Partitioned/)
    const apart = createCookie('a', { partitioned: true })
    assert.match(await apart.serialize('v', { secure: false }), /; Secure; .*; Partitioned/)
  })
})
