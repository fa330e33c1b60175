import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCookie } from 'remix/cookie'
import type { CookieOptions } from 'remix/cookie'

const SECRET = 'pY3rVq8sLw0xKb5nZt7uJd2mFh9cGa4e'
const OTHER = 'nE2wKq7pXv4mRz9sTb6yHc3dGf8jLa5u'

describe('options that are changed after the call', () => {
  it('change no cookie, nor the one that the session middleware makes of it', async () => {
    const expires = new Date('2100-01-01')
    const secrets = [SECRET]
    const options: CookieOptions = { expires, secrets }
    const cookie = createCookie('a', options)
    const before = await cookie.serialize('v')
    Object.assign(options, { maxAge: 60, path: '/admin', domain: 'shop.example' })
    expires.setTime(0)
    secrets[0] = OTHER
    assert.equal(await cookie.serialize('v'), before)
    assert.equal(await cookie.serialize('v', { secure: undefined }), before)
    assert.equal(await cookie.with({}).serialize('v'), before)
  })
})
