import assert from 'node:assert/strict'
import { Device } from 'remix/session/testing/device'
import type { TestBrowser } from './browser.ts'
import type { TestPage } from './page.ts'

const path = '/device-binding'

/** What a browser that can bind logins to its device does by itself, beside its pages. */
export class BindingBrowser {
  readonly browser: TestBrowser
  readonly device = new Device()
  id = ''

  constructor(browser: TestBrowser) {
    this.browser = browser
  }

  /** Takes the offer that came with an answer. */
  async bind(answer: TestPage): Promise<void> {
    const registered = await this.#post({
      'Secure-Session-Response': this.device.register(challengeIn(answer)),
    })
    assert.equal(registered.status, 200)
    this.id = JSON.parse(registered.html).session_identifier
  }

  /** Logs in and takes the offer. */
  async login({ email, password }: { email: string; password: string }): Promise<TestPage> {
    const answer = await this.browser.post('/login', { email, password })
    await this.bind(answer)
    return this.browser.follow(answer)
  }

  /** Proves the device again, as before a request without the short-lived cookie. */
  async refresh(): Promise<TestPage> {
    const headers = { 'Sec-Secure-Session-Id': this.id }
    const asked = await this.#post(headers)
    assert.equal(asked.status, 403)
    const challenge = /^"([^"]+)"/.exec(asked.headers.get('Secure-Session-Challenge')!)![1]!
    const proof = this.device.prove(challenge)
    return this.#post({ ...headers, 'Secure-Session-Response': proof })
  }

  #post(headers: Record<string, string>): Promise<TestPage> {
    return this.browser.request(path, { method: 'POST', headers })
  }
}

function challengeIn({ headers }: TestPage): string {
  const offer = headers.get('Secure-Session-Registration') ?? ''
  return /^\(ES256 RS256\);path="\/device-binding";challenge="([^"]+)"$/.exec(offer)![1]!
}
