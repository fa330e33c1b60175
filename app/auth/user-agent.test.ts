import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { describeUserAgent } from './user-agent.ts'

describe('describeUserAgent', () => {
  const webkit = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
  const cases: Record<string, string> = {
    'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0': 'Firefox on Linux',
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/131.0.0.0 Safari/537.36`]:
      'Chrome on Windows',
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/131.0.0.0 Safari/537.36 Edg/131.0`]:
      'Edge on Windows',
    [`Mozilla/5.0 (Linux; Android 14) ${webkit} Chrome/131.0 Mobile Safari/537.36`]:
      'Chrome on Android',
    [`Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${webkit} Version/18.1 Mobile Safari/604.1`]:
      'Safari on iPhone',
    [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Version/18.1 Safari/605.1.15`]:
      'Safari on macOS',
    'curl/8.5.0': 'curl',
    'Mozilla/5.0 (X11; Linux x86_64)': 'A browser on Linux',
    '': 'Unknown browser',
  }
  for (const [userAgent, description] of Object.entries(cases)) {
    it(`calls ${userAgent === '' ? 'a missing one' : userAgent} ${description}`, () => {
      assert.equal(describeUserAgent(userAgent), description)
    })
  }
})
