import type { APIRequestContext, APIResponse, Cookie } from 'playwright'
import { expect } from 'playwright/test'
import { cookieNameAt } from './cookie-name.ts'
import type { Account } from './accounts.ts'

/** What `GET /session` tells. */
export interface SessionReport {
  id: string | null
  data: Record<string, unknown>
  flash: string[]
  cookie: { name: string; bytes: number; limit: number }
}

/**
 * What a browser would send, without the browser. A page takes fifty times as long as its request,
 * so tests come this way to the place where what they are about begins.
 */
export class ShopRequests {
  readonly #requests: APIRequestContext
  readonly #origin: string

  constructor(requests: APIRequestContext, origin: string) {
    this.#requests = requests
    this.#origin = origin
  }

  async get(path: string): Promise<APIResponse> {
    return this.#requests.get(this.#origin + path)
  }

  /** Sends a form and goes where the answer leads, which uses up the message that is shown there. */
  async post(path: string, form: Record<string, string | number> = {}): Promise<APIResponse> {
    return this.#requests.post(this.#origin + path, {
      form,
      headers: { Origin: this.#origin },
    })
  }

  /** Sends a form and does not look at the page that it leads to: its message stays. */
  async postAndLeave(path: string, form: Record<string, string | number>): Promise<void> {
    const response = await this.#requests.post(this.#origin + path, {
      form,
      headers: { Origin: this.#origin },
      maxRedirects: 0,
    })
    expect(response.status()).toBe(303)
  }

  async addToCart(book: { id: number }, quantity = 1): Promise<void> {
    const response = await this.post('/cart/items', { bookId: book.id, quantity })
    expect(await response.text()).toContain('in your cart.')
  }

  async register(account: Account): Promise<Account> {
    const response = await this.post('/register', { ...account })
    expect(await response.text()).toContain(`Welcome, <bdi>${account.name}</bdi>.`)
    return account
  }

  async logIn({ name, email, password }: Account): Promise<void> {
    const response = await this.post('/login', { email, password })
    expect(await response.text()).toContain(`Welcome back, <bdi>${name}</bdi>.`)
  }

  async logOut(): Promise<void> {
    const response = await this.post('/logout')
    expect(response.url()).toContain('/login?signed-out')
  }

  async expectSignedOut(): Promise<void> {
    expect((await this.get('/account')).url()).toContain('/login?')
  }

  /** What the server has in this session. Asking changes nothing. */
  async session(): Promise<SessionReport> {
    const headers = { Accept: 'application/json' }
    const response = await this.#requests.get(`${this.#origin}/session`, { headers })
    return (await response.json()) as SessionReport
  }

  /** The session cookie in the jar. */
  async cookie(): Promise<Cookie | undefined> {
    const { cookies } = await this.#requests.storageState()
    return cookies.find(({ name }) => name === cookieNameAt(this.#origin))
  }
}
