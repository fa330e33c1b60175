import { keepOutOfSharedCaches, neverShare } from './cache-headers.ts'

// What a status line can hold (RFC 9112, 4); what fetch() got may have more.
const REASON_PHRASE = /^[\t\x20-\x7e\x80-\xff]*$/

// No Response is made of one of these with a body, which something that is almost a Response may have.
const NO_BODY = new Set([204, 205, 304])

/** Why no server can send it, or `null`: the body of a constant that is answered a second time was read. */
export function whyUnsendable(response: Response, method: string): string | null {
  if (typeof response.headers?.append !== 'function') return 'it is no Response'
  if (method === 'HEAD') return null // nobody sends its body
  return isRead(response) ? 'its body was read, or is being read' : null
}

/** The response to HEAD, which may have been read: in that case a copy without a body. */
export function withoutReadBody(response: Response): Response {
  return isRead(response) && canBeCopied(response) ? copyWith(null, response) : response
}

// Some runtimes call one read that has none.
function isRead({ body, bodyUsed }: Response): boolean {
  return body !== null && (bodyUsed || body.locked)
}

/** Whether it can be given a header, in a copy if need be. */
export function canGetHeaders(response: Response): boolean {
  if (canBeCopied(response)) return true
  try {
    response.headers.delete('X-Which-Nobody-Has')
    return true
  } catch {
    return false
  }
}

/** The response with the cookie of a session. */
export function withCookie(response: Response, setCookie: string): Response {
  return changeHeaders(copyOf(response), (headers) => {
    neverShare(headers)
    headers.append('Set-Cookie', setCookie)
  })
}

/** The response, kept out of shared caches. */
export function withoutSharing(response: Response): Response {
  // A body can be sent once, so such a response is of this request alone, and what is added is nobody's
  // secret: a copy costs a tenth of the request.
  const own = response.body === null ? copyOf(response) : response
  return changeHeaders(own, keepOutOfSharedCaches)
}

/** Changes them, if that can be. */
function changeHeaders(response: Response, change: (headers: Headers) => void): Response {
  try {
    change(response.headers)
    return response
  } catch (error) {
    // What fetch() returned cannot be changed.
    const copy = copyOf(response)
    if (copy !== response) change(copy.headers)
    else if (canGetHeaders(response)) throw error
    return copy
  }
}

// A handler may return one response again and again: what is one visitor's must not be added to it.
function copyOf(response: Response): Response {
  if (!canBeCopied(response)) return response
  return copyWith(NO_BODY.has(response.status) ? null : response.body, response)
}

// Node cancels the body of what fetch() returned when that is collected, whoever has the body by then.
const CAME_WITH = Symbol('the response that a body came with')

function copyWith(body: Response['body'], response: Response): Response {
  const { status, statusText: phrase, headers } = response
  const statusText = REASON_PHRASE.test(phrase) ? phrase : ''
  if (body !== null && response.url !== '') Object.assign(body, { [CAME_WITH]: response })
  return new Response(body, { status, statusText, headers })
}

// The answer to a WebSocket is of its request alone, and holds what no copy has. A status that some
// other server made up is taken from fetch() only.
function canBeCopied({ status }: Response): boolean {
  return status >= 200 && status <= 599
}
