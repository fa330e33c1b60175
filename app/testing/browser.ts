import assert from 'node:assert/strict'
import { setSocketAddress } from '../middleware/client-address.ts'
import { readPage } from './page.ts'
import type { TestPage } from './page.ts'

export interface BrowserOptions {
  /** The IP address from which it comes. */
  address?: string
  userAgent?: string
}

interface Shop {
  readonly config: { readonly publicOrigin: string }
  fetch(request: Request): Promise<Response>
}

interface StoredCookie {
  value: string
  /** In milliseconds; without it the cookie goes when the browser is closed. */
  expires: number | undefined
}

type Fields = Record<string, string | number>

/** A browser without JavaScript: a cookie jar, forms and links. It shows each redirect. */
export class TestBrowser {
  readonly #shop: Shop
  readonly #now: () => number
  readonly #options: BrowserOptions
  #cookies = new Map<string, StoredCookie>()

  constructor(shop: Shop, now: () => number, options: BrowserOptions = {}) {
    this.#shop = shop
    this.#now = now
    this.#options = options
  }

  get(path: string, headers: Record<string, string> = {}): Promise<TestPage> {
    return this.request(path, { headers })
  }

  /** Sends a form as a page of the shop does. */
  post(path: string, fields: Fields = {}): Promise<TestPage> {
    const entries = Object.entries(fields).map(([name, value]) => [name, String(value)])
    return this.request(path, {
      method: 'POST',
      headers: { Origin: this.#shop.config.publicOrigin, 'Sec-Fetch-Site': 'same-origin' },
      body: new URLSearchParams(entries),
    })
  }

  /** Sends a form and goes where the answer leads, with the form where it says so. */
  async submit(path: string, fields: Fields = {}): Promise<TestPage> {
    const answer = await this.post(path, fields)
    return answer.status === 307 ? this.submit(answer.location!, fields) : this.follow(answer)
  }

  follow(page: TestPage): Promise<TestPage> {
    assert.equal(page.status, 303, `a redirect, not: ${page.text.slice(0, 400)}`)
    return this.get(page.location!)
  }

  /** Sends the form on a page of refusal, as a person does who reads it. */
  sendAgain(refusal: TestPage, passwords: Record<string, string> = {}): Promise<TestPage> {
    const form = /<form class="form[^>]* action="([^"]*)"(.*?)<\/form>/s.exec(refusal.html)!
    const names = [...form[2]!.matchAll(/ name="([^"]*)"/g)].map(([, name]) => name!)
    const fields = names.map((name) => [name, passwords[name] ?? refusal.field(name)!.value!])
    return this.post(form[1]!, Object.fromEntries(fields))
  }

  /** Sends any request with the cookies of this browser and keeps those of the answer. */
  async request(path: string, init: RequestInit = {}): Promise<TestPage> {
    const url = new URL(path, this.#shop.config.publicOrigin)
    const headers = new Headers(init.headers)
    if (!headers.has('Host')) headers.set('Host', url.host)
    headers.set('User-Agent', this.#options.userAgent ?? 'curl/8')
    const cookie = this.cookieHeader
    if (cookie !== '') headers.set('Cookie', cookie)
    const request = new Request(url, { ...init, headers })
    setSocketAddress(request, this.#options.address ?? '192.0.2.1')

    const response = await this.#shop.fetch(request)
    for (const header of response.headers.getSetCookie()) this.#store(header)
    return readPage(response)
  }

  async login({ email, password }: { email: string; password: string }): Promise<TestPage> {
    return this.submit('/login', { email, password })
  }

  /** What would be sent as `Cookie`; `''` without any. */
  get cookieHeader(): string {
    return this.#validCookies().join('; ')
  }

  /** The session's part of it. */
  get sessionCookie(): string {
    return this.#validCookies().find((cookie) => /^(__Host-)?session(-\d+)?=/.test(cookie)) ?? ''
  }

  #validCookies(): string[] {
    const now = this.#now()
    return [...this.#cookies]
      .filter(([, { expires }]) => expires === undefined || expires > now)
      .map(([name, { value }]) => `${name}=${value}`)
  }

  /** Takes a cookie that no answer brought. */
  receive(cookie: string): void {
    this.#store(cookie)
  }

  /** Drops the cookies that do not outlive the browser. */
  closeAndReopen(): void {
    for (const [name, { expires }] of this.#cookies) {
      if (expires === undefined) this.#cookies.delete(name)
    }
  }

  /** Another browser with copies of the cookies: of a thief, of a backup, of a moment ago. */
  copy(options = this.#options): TestBrowser {
    const copy = new TestBrowser(this.#shop, this.#now, options)
    copy.#cookies = new Map(this.#cookies)
    return copy
  }

  #store(header: string): void {
    const [pair = '', ...attributes] = header.split(/;\s*/)
    const [name = '', value = ''] = pair.split('=', 2)
    const maxAge = attributes.find((attribute) => attribute.startsWith('Max-Age='))?.slice(8)
    if (maxAge === '0') this.#cookies.delete(name)
    else {
      const expires = maxAge === undefined ? undefined : this.#now() + Number(maxAge) * 1000
      this.#cookies.set(name, { value, expires })
    }
  }
}
