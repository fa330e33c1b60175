import { hash } from 'node:crypto'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { AcceptEncoding, IfNoneMatch } from '@remix-run/headers'
import { detectContentType, isCompressibleMimeType } from '@remix-run/mime'
import type { RequestContext } from 'remix/fetch-router'

type Encoding = 'br' | 'gzip' | 'identity'

/** Content with a version, at `path?v=version`: compressed when it is first asked for, then kept. */
export class Asset {
  readonly path: string
  readonly #version: string
  readonly #type: string
  readonly #isCompressible: boolean
  readonly #bodies: Map<Encoding, Uint8Array<ArrayBuffer>>

  /** @param path From the root of the site; its ending tells the type */
  constructor(path: string, content: string | Uint8Array) {
    const body = Buffer.from(content)
    this.path = path
    this.#version = hash('sha256', body, 'base64url').slice(0, 10)
    this.#type = detectContentType(path) ?? 'application/octet-stream'
    this.#isCompressible = isCompressibleMimeType(this.#type)
    this.#bodies = new Map([['identity', body]])
  }

  /** Its address, which is another one when the content is. */
  get href(): string {
    return `${this.path}?v=${this.#version}`
  }

  /**
   * Answers a GET or HEAD. An address with this version never changes; without one, or with that of
   * another release, it is to be asked for again each time.
   */
  respond({ method, request, url }: RequestContext<any, any>): Response {
    const etag = `W/"${this.#version}"`
    const isCurrent = url.searchParams.get('v') === this.#version
    const headers = new Headers({
      'Cache-Control': isCurrent ? 'public, max-age=31536000, immutable' : 'public, no-cache',
      ETag: etag,
    })
    if (this.#isCompressible) headers.set('Vary', 'Accept-Encoding')
    if (IfNoneMatch.from(request.headers.get('If-None-Match')).matches(etag)) {
      return new Response(null, { status: 304, headers })
    }

    const encoding = this.#isCompressible ? preferredEncoding(request) : 'identity'
    const body = this.#encode(encoding)
    if (encoding !== 'identity') headers.set('Content-Encoding', encoding)
    headers.set('Content-Type', this.#type)
    headers.set('Content-Length', String(body.byteLength))
    return new Response(method === 'HEAD' ? null : body, { headers })
  }

  #encode(encoding: Encoding): Uint8Array<ArrayBuffer> {
    const kept = this.#bodies.get(encoding)
    if (kept) return kept
    const compress = encoding === 'br' ? brotliCompressSync : gzipSync
    const body = compress(this.#bodies.get('identity')!)
    this.#bodies.set(encoding, body)
    return body
  }
}

function preferredEncoding(request: Request): Encoding {
  const accepted = AcceptEncoding.from(request.headers.get('Accept-Encoding'))
  // The package takes an empty header for "anything", and it stands for "nothing".
  if (accepted.encodings.length === 0) return 'identity'
  // Who refuses even an unchanged body gets it all the same, as RFC 9110 (12.5.3) allows.
  return accepted.getPreferred(['br', 'gzip', 'identity'] as const) ?? 'identity'
}
