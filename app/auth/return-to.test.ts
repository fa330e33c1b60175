import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { anyCharacter } from 'remix/session/testing/any-character'
import { rounds } from 'remix/session/testing/exploring'
import type { Route } from 'remix/fetch-router/routes'
import { routesIn } from '../middleware/methods.ts'
import { routes } from '../routes.ts'
import { safeReturnTo } from './return-to.ts'

/** Where a route is, with something in each of its places. */
const href = ({ pattern }: Route): string => String(pattern).replaceAll(/:\w+/g, 'x1')

describe('safeReturnTo', () => {
  it('keeps the path, the query and the place of a page of the shop', () => {
    for (const path of [
      '/',
      '/cart',
      '/books?q=jane%20austen&page=2',
      '/orders/1',
      '/books/émile',
    ]) {
      const { pathname, search } = new URL(path, 'http://shop.example')
      assert.equal(safeReturnTo(path), pathname + search)
    }
    assert.equal(safeReturnTo('/cart#items'), '/cart#items')
    assert.equal(safeReturnTo('/books/../cart'), '/cart')
    assert.equal(safeReturnTo('/books?from=//evil.example'), '/books?from=//evil.example')
  })

  it('falls back for everything that leads elsewhere', () => {
    const elsewhere = [
      'https://evil.example/',
      'http:/evil.example',
      '//evil.example',
      '///evil.example',
      '/\\evil.example',
      '\\\\evil.example',
      '/\t/evil.example',
      '/\n/evil.example',
      '\t//evil.example',
      ' //evil.example',
      '/.//evil.example',
      '/..//evil.example',
      '/cart/..//evil.example',
      '/%2e//evil.example',
      'javascript:alert(1)',
      'cart',
      '?q=1',
      '',
      '/cart\r\nSet-Cookie: a=1',
      '/cart\u0000',
      `/${'a'.repeat(2000)}`,
    ]
    for (const value of elsewhere) assert.equal(safeReturnTo(value, '/'), '/', value)
    for (const value of [null, undefined, 1, ['/cart'], new File([], 'cart')]) {
      assert.equal(safeReturnTo(value, '/'), '/')
    }
  })

  it('is null without a fallback', () => {
    assert.equal(safeReturnTo('//evil.example'), null)
  })

  it('never returns to login or registration, in any spelling that the router takes', () => {
    const paths = [
      '/login',
      '/login/code',
      '/register',
      '/login?returnTo=/cart',
      '/%6cogin',
      '/a/../login',
    ]
    for (const path of paths) assert.equal(safeReturnTo(path, '/'), '/', path)
  })

  it('never leads to what is no page: a path for forms alone, or nothing at all', () => {
    const isPage = (path: string) =>
      all.some((route) => route.method === 'GET' && path === href(route))
    const all = routesIn(routes)
    const forForms = all.filter((route) => route.method === 'POST' && !isPage(href(route)))
    assert.ok(forForms.includes(routes.passkeyLogin.action) && forForms.includes(routes.logout))
    for (const path of [...forForms.map(href), '/login-help', '/%6cogout', '/books/%E0%A4%A']) {
      assert.equal(safeReturnTo(path), null, path)
    }
  })

  it('never leads to a form that is to be carried on with, wherever it says so', () => {
    for (const path of [
      '/account/logins/others/remove?carry-on=',
      '/account/logins/others/remove?carry-on=AAAAAAAAAAAAAAAAAAAAAA',
      '/account/second-factor/remove#?carry-on=',
      '/account/second-factor/remove?a=?carry-on=b',
      '/account/%3Fcarry-on/../logins/others/remove?carry-on=a',
      '/cart?a&carry-on=b',
      '/cart?carry%2don=a',
    ]) {
      assert.equal(safeReturnTo(path), null, path)
    }
    assert.equal(safeReturnTo('/books?q=carry-on'), '/books?q=carry-on')
  })

  it('always leads to the shop, whatever it is given, and stays the same when checked again', () => {
    const piece = fc.oneof(
      fc.constantFrom('/', '\\', '//', '.', '..', '%2f', '%5c', '%2e', '\t', '\n', ' ', ':', '@'),
      fc.constantFrom(
        '?',
        '#',
        'http:',
        'https://',
        'javascript:',
        'evil.example',
        'cart',
        '\u0000',
      ),
      fc.string({ unit: anyCharacter, maxLength: 4 }),
    )
    const value = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(
        fc.oneof(
          value,
          value.map((text) => `/${text}`),
        ),
        (text) => {
          const path = safeReturnTo(text)
          if (path === null) return
          for (const origin of ['https://shop.example', 'http://localhost:44100']) {
            assert.equal(new URL(path, origin).origin, origin)
          }
          assert.match(path, /^\/(?![/\\])[\u0021-\u007e]*$/)
          assert.equal(safeReturnTo(path), path)
        },
      ),
      { numRuns: rounds(3000) },
    )
  })
})
