import type { Browser, Page, Response } from 'playwright'
import { SERVED_BY } from '../balancer.ts'
import type { Shop } from '../server.ts'
import { SeveralServers } from '../several-servers.ts'
import { Visitor } from '../visitor.ts'
import type { SessionReport } from '../shop-requests.ts'
import { readStore } from './store.ts'
import type { StoreEntry } from './store.ts'

/** One step of the story as it went on one storage: everything that there was to see afterwards. */
export interface Scene {
  exchanges: Exchange[]
  /** The session cookie in the browser's jar. */
  jar: { name: string; bytes: number; value: string } | null
  session: SessionReport
  store: StoreEntry[]
  /** A JPEG of the page, in base64. */
  picture: string
}

/** A page or a form that was asked for, and what became of it. */
export interface Exchange {
  /** Method and path, such as `POST /login`. */
  request: string
  status: number
  /** The number of the server that answered, where there are several. */
  server?: number
  /** Where a redirect leads. */
  location?: string | undefined
  /** What was done to the session, in order; empty where it was only read. */
  operations: string[]
  /** The header with its value cut to a length that can be read, and the bytes of name and value. */
  setCookie?: { text: string; bytes: number }
}

const SHOWN = 10

/** Follows somebody through the shop and tells what happened since it was last asked. */
export class Observer {
  readonly #visitor: Visitor
  readonly #shop: Shop
  readonly #lookout: Page
  #responses: Response[] = []
  #leftOut = new Set<string>()

  private constructor(visitor: Visitor, shop: Shop, lookout: Page) {
    this.#visitor = visitor
    this.#shop = shop
    this.#lookout = lookout
    visitor.page.on('response', (response) => {
      if (response.request().resourceType() === 'document') this.#responses.push(response)
    })
  }

  static async follow(visitor: Visitor, shop: Shop): Promise<Observer> {
    // A second tab shows the session inspector, which changes nothing by being looked at.
    return new Observer(visitor, shop, await visitor.context.newPage())
  }

  /** What others have in the store by now is not shown. */
  async leaveOutOthers(): Promise<void> {
    const entries = await readStore(this.#shop, null, null)
    this.#leftOut = new Set(entries.map(({ name }) => name))
  }

  async takeScene(): Promise<Scene> {
    const responses = this.#responses
    this.#responses = []
    const picture = await this.#visitor.page.screenshot({ type: 'jpeg', quality: 60 })
    const headers = await Promise.all(responses.map((response) => response.allHeaders()))
    const ports = headers.map((header) => header[SERVED_BY])
    const { record, changes } = await this.#inspect(new Set(ports))
    const session = await this.#visitor.session()
    const cookie = await this.#visitor.cookie()
    const exchanges: Exchange[] = []
    for (const [index, response] of [...responses.entries()].toReversed()) {
      const port = ports[index]
      const exchange = await describeExchange(response, changes.get(port) ?? [])
      if (port !== undefined && this.#shop instanceof SeveralServers) {
        exchange.server = this.#shop.numberOf(Number(port))
      }
      exchanges.unshift(exchange)
    }
    const store = await readStore(this.#shop, session.id, record)
    return {
      exchanges,
      jar: cookie
        ? { name: cookie.name, bytes: sizeOf(cookie), value: shorten(cookie.value) }
        : null,
      session,
      store: store.filter(({ name }) => !this.#leftOut.has(name)),
      picture: picture.toString('base64'),
    }
  }

  /**
   * What the store has, and what requests have changed, the latest first. Each server remembers its
   * own requests: those that answered are asked.
   */
  async #inspect(
    ports: Set<string | undefined>,
  ): Promise<{ record: string | null; changes: Map<string | undefined, Change[]> }> {
    const record = this.#lookout.locator('.inspector-record')
    const changes = new Map<string | undefined, Change[]>()
    for (const port of ports) {
      if (port !== undefined) await this.#lookout.setExtraHTTPHeaders({ [SERVED_BY]: port })
      await this.#lookout.goto(`${this.#shop.url}/session`)
      changes.set(port, await this.#readChanges())
    }
    return { record: (await record.count()) > 0 ? await record.innerText() : null, changes }
  }

  async #readChanges(): Promise<Change[]> {
    const changes: Change[] = []
    for (const change of await this.#lookout.locator('.inspector-request').all()) {
      changes.push({
        request: await change.locator('code').first().innerText(),
        operations: await change.locator('li.inspector-change').allInnerTexts(),
      })
    }
    return changes
  }
}

/** Somebody comes with a browser of their own and is followed. */
export async function enterShop(
  shop: Shop,
  browser: Browser,
): Promise<{ visitor: Visitor; observer: Observer }> {
  const context = await browser.newContext({
    baseURL: shop.url,
    viewport: { width: 1100, height: 760 },
    reducedMotion: 'reduce', // no picture of a page in transition
  })
  const visitor = new Visitor(await context.newPage())
  return { visitor, observer: await Observer.follow(visitor, shop) }
}

interface Change {
  request: string
  operations: string[]
}

/** Describes the latest exchange of those left, and takes its change, if it made one, from the list. */
async function describeExchange(response: Response, changes: Change[]): Promise<Exchange> {
  const request = `${response.request().method()} ${new URL(response.url()).pathname}`
  const headers = await response.headersArray()
  const find = (wanted: string) => headers.find(({ name }) => name.toLowerCase() === wanted)?.value
  const header = find('set-cookie')
  const change = changes[0]?.request === request ? changes.shift() : undefined
  return {
    request,
    status: response.status(),
    location: find('location'),
    operations: change?.operations ?? [],
    ...(header !== undefined && { setCookie: describeSetCookie(header) }),
  }
}

function describeSetCookie(header: string): Exchange['setCookie'] {
  const [, name, value, attributes] = /^([^=]+)=([^;]*)(.*)$/.exec(header)!
  return {
    text: `${name}=${shorten(value!)}${attributes}`,
    bytes: sizeOf({ name: name!, value: value! }),
  }
}

function sizeOf({ name, value }: { name: string; value: string }): number {
  return Buffer.byteLength(name + value)
}

// Both ends: the envelopes of encrypted cookies all begin alike.
function shorten(value: string): string {
  return value.length > 2 * SHOWN + 1 ? `${value.slice(0, SHOWN)}…${value.slice(-SHOWN)}` : value
}
