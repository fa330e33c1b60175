/** Somebody who shops without a browser: requests, and a jar for the session cookie. */
export class Customer {
  readonly #origin: string
  cookie: string

  constructor(origin: string, cookie = '') {
    this.#origin = origin
    this.cookie = cookie
  }

  get(path: string): Promise<Response> {
    return this.#send(path, {})
  }

  post(path: string, fields: Record<string, string> = {}): Promise<Response> {
    return this.#send(path, { method: 'POST', body: new URLSearchParams(fields) })
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(this.cookie === '' ? {} : { Cookie: this.cookie })
    const response = await fetch(this.#origin + path, { ...init, headers, redirect: 'manual' })
    for (const header of response.headers.getSetCookie()) {
      if (!/^session(-\d+)?=/.test(header)) continue
      this.cookie = header.includes('Max-Age=0') ? '' : header.split(';')[0]!
    }
    return response
  }
}
