import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

/** What a handler can do with a session, whatever library it is from. */
export interface Visit {
  get(key: string): unknown
  set(key: string, value: unknown): void
  /** Where the library has flashes. */
  flash?: (key: string, value: unknown) => void
  destroy(): unknown
}

export type Handler = (visit: Visit) => unknown

/** A library at work: it answers requests one by one or several at once. */
export interface Peer {
  /**
   * Answers a request.
   *
   * @param cookie The `Cookie` header of the browser; `''` for none
   * @returns What the browser holds then
   */
  send(cookie: string, handler: Handler): Promise<string>
  close?: () => unknown
}

export interface PeerOptions {
  cookieName: string
  /** In seconds. */
  maxAge: number
  /** For sessions in files; what else several processes share has its name. */
  directory: string
}

/** A library, and how to begin with it. */
export interface Candidate {
  name: string
  /** The packages whose versions are told. */
  packages: string[]
  /** Whether sessions are kept outside of the process, and so outlive its crash. */
  outlivesProcess?: true
  needsRedis?: true
  /** Whether the whole session is in the cookie, and nothing on the server knows which is the latest. */
  isStateless?: true
  /** @param load Imports one of the installed packages */
  open(options: PeerOptions, load: (name: string) => Promise<any>): Promise<Peer>
}

export const SECRET = 'pY3rVq8sLw0xKb5nZt7uJd2mFh9cGa4e'

/** Makes an `import` of the packages in a folder. */
export async function loaderIn(folder: string): Promise<(name: string) => Promise<unknown>> {
  const loader = path.join(folder, 'load.js')
  fs.writeFileSync(loader, 'export const load = (name) => import(name)\n')
  const { load } = (await import(pathToFileURL(loader).href)) as {
    load: (name: string) => Promise<unknown>
  }
  return load
}

/** What a browser holds after an answer, as it would send it. */
export function jarAfter(cookie: string, setCookies: string[]): string {
  const jar = new Map(cookie === '' ? [] : cookie.split('; ').map((pair) => [nameOf(pair), pair]))
  for (const header of setCookies) {
    const [pair = '', ...attributes] = header.split(/; */)
    const isGone = attributes.some((text) => /^max-age=0$|^expires=Thu, 01 Jan 1970/i.test(text))
    if (isGone) jar.delete(nameOf(pair))
    else jar.set(nameOf(pair), pair)
  }
  return [...jar.values()].join('; ')
}

function nameOf(pair: string): string {
  return pair.slice(0, pair.indexOf('='))
}
