import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import type { Session } from 'remix/session'
import { openBrowser } from '../fixtures/browser.ts'

const COLOR: string = 'color'

describe('caches', () => {
  const uses: Record<string, (session: Session) => unknown> = {
    get: (session) => session.get(COLOR),
    has: (session) => session.has(COLOR),
    data: (session) => session.data,
    id: (session) => session.id,
    set: (session) => session.set(COLOR, 'red'),
    flash: (session) => session.flash(COLOR, 'red'),
    unset: (session) => session.unset(COLOR),
    merge: (session) => session.merge(COLOR, { a: 1 }),
    regenerateId: (session) => session.regenerateId(),
    destroy: (session) => session.destroy(),
  }
  for (const [name, use] of Object.entries(uses)) {
    it(`a response for which ${name} was used is kept out of shared ones`, async () => {
      const { browser } = openBrowser()
      const response = await browser.visit((session) => void use(session))
      assert.equal(response.headers.get('Vary'), 'Cookie')
      assert.equal(response.headers.get('Cache-Control'), 'private, no-store')
    })
  }

  it('a response that does not depend on the session may be shared', async () => {
    const { browser } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'red'))
    const response = await browser.visit()
    assert.equal(response.headers.get('Vary'), null)
    assert.equal(response.headers.get('Cache-Control'), null)
  })

  it('a response whose handler took the session is kept out, as a stream may read it later', async () => {
    const { browser } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'red'))
    const response = await browser.visit((session) => {
      const encoder = new TextEncoder()
      return new Response(
        new ReadableStream({
          async pull(controller) {
            await new Promise((resolve) => setImmediate(resolve))
            controller.enqueue(encoder.encode(String(session.get(COLOR))))
            controller.close()
          },
        }),
      )
    })
    assert.equal(response.headers.get('Vary'), 'Cookie')
    assert.equal(response.headers.get('Cache-Control'), 'private, no-store')
    assert.equal(await response.text(), 'red')
  })

  it('one that carries the cookie is never for shared caches, whatever the handler chose', async () => {
    const choices: Record<string, string> = {
      'public, max-age=60': 'private, max-age=60',
      'max-age=60': 'private, max-age=60',
      's-maxage=10, max-age=60': 'private, max-age=60',
      'PUBLIC,max-age=60': 'private, max-age=60',
      'no-store, must-understand': 'private, no-store, must-understand',
      'private="set-cookie, x", max-age=60': 'private, max-age=60',
      'private, public': 'private',
      'private, max-age=60': 'private, max-age=60',
      'private, no-store': 'private, no-store',
    }
    for (const [chosen, expected] of Object.entries(choices)) {
      const { browser } = openBrowser()
      const respond = (): Response =>
        new Response('', {
          headers: {
            'Cache-Control': chosen,
            'CDN-Cache-Control': 'max-age=60',
            'Some-CDN-Cache-Control': 'public',
            'Surrogate-Control': 'max-age=60',
          },
        })
      for (const work of [
        (session: Session) => session.set(COLOR, 'red'),
        (session: Session) => session.destroy(),
      ]) {
        const { headers } = await browser.visit((session) => {
          work(session)
          return respond()
        })
        assert.equal(headers.getSetCookie().length, 1)
        assert.equal(headers.get('Cache-Control'), expected)
        assert.equal(headers.get('Vary'), 'Cookie')
        for (const name of headers.keys()) assert.doesNotMatch(name, /cdn|surrogate/)
      }
      const { headers } = await browser.visit((session) => {
        session.get(COLOR)
        return respond()
      })
      assert.equal(headers.get('Cache-Control'), chosen, 'without a cookie it is the handler’s')
    }
  })

  it('says once that a handler’s choice was not followed, if it was a danger', () => {
    const program = `
      import { neverShare } from ${JSON.stringify(import.meta.resolve('./cache-headers.ts'))}
      neverShare(new Headers({ 'Cache-Control': 'private' }))
      neverShare(new Headers({ 'Cache-Control': 'no-store' }))
      await new Promise(setImmediate)
      console.error('so far nothing')
      for (let i = 0; i < 3; i++) neverShare(new Headers({ 'Cache-Control': 'public' }))
    `
    const options = ['--input-type=module', '--eval', program]
    const { stderr } = spawnSync(process.execPath, options, { encoding: 'utf8' })
    assert.match(stderr, /^so far nothing/, stderr)
    assert.equal(stderr.match(/SessionCacheWarning/g)?.length, 1, stderr)
  })

  it('what the handler chose stays', async () => {
    const { browser } = openBrowser()
    for (const [vary, expected] of [
      ['Accept', 'Accept, Cookie'],
      ['Accept, cookie', 'Accept, cookie'],
      ['*', '*'],
      ['X-Cookie', 'X-Cookie, Cookie'],
    ]) {
      const response = await browser.visit((session) => {
        session.get(COLOR)
        return new Response('', { headers: { Vary: vary!, 'Cache-Control': 'max-age=60' } })
      })
      assert.equal(response.headers.get('Vary'), expected)
      assert.equal(response.headers.get('Cache-Control'), 'max-age=60')
    }
  })
})
