import type { BrowserContext, Response } from 'playwright'

/** A `Set-Cookie` header of the session and the request that it answers. */
interface SentCookie {
  /** Method and path, such as `POST /login`. */
  request: string
  header: string
}

/**
 * Collects every `Set-Cookie` of the session that a browser gets from now on with a page or a form. What
 * the login page asks in the background, for passkeys, is given up when a form goes first.
 */
export function collectSetCookies(context: BrowserContext): { take(): Promise<SentCookie[]> } {
  let pending: Promise<SentCookie[]>[] = []
  context.on('response', (response) => {
    if (response.request().resourceType() !== 'fetch') pending.push(readSetCookies(response))
  })
  return {
    /** Those since the last call. */
    async take() {
      const taken = pending
      pending = []
      return (await Promise.all(taken)).flat()
    },
  }
}

async function readSetCookies(response: Response): Promise<SentCookie[]> {
  const request = `${response.request().method()} ${new URL(response.url()).pathname}`
  const headers = await response.headersArray()
  return headers
    .filter(({ name, value }) => /^set-cookie$/i.test(name) && /^session(-\d+)?=/.test(value))
    .map(({ value }) => ({ request, header: value }))
}
