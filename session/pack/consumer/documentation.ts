// The examples of the documentation and of the README, as somebody runs them who has installed the
// package.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Router } from 'remix/fetch-router'
import { SECRET, testExamples } from '../../fixtures/examples-at-work.ts'

process.env['SESSION_SECRET'] = SECRET

describe('the documentation', () => {
  testExamples((name) => import(new URL(`../../${name}.js`, import.meta.url).href))
})

describe('the README', () => {
  it('shows first what works as it is', async () => {
    const example = new URL('../../readme.js', import.meta.url).href
    const { router } = (await import(example)) as { router: Router }
    const welcome = await router.fetch('http://localhost/welcome', { method: 'POST' })
    assert.equal(welcome.status, 303)
    const Cookie = welcome.headers.getSetCookie()[0]!.split(';')[0]!
    const texts = []
    for (let visit = 0; visit < 2; visit++) {
      const response = await router.fetch('http://localhost/', { headers: { Cookie } })
      texts.push(await response.text())
    }
    assert.deepEqual(texts, ['Welcome back, visit 1', 'Hello, visit 2'])
  })
})
