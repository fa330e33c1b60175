import type { Page, Response } from 'playwright'
import type { ShopServer } from '../server.ts'
import type { SessionReport, Visitor } from '../visitor.ts'
import { readStore } from './store.ts'
import type { StoreEntry } from './store.ts'

/** One step of the story as it went on one storage: everything that there was to see afterwards. */
export interface Scene {
  exchanges: Exchange[]
  /** The session cookie in the browser's jar. */
  jar: { bytes: number; value: string } | null
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
  readonly #shop: ShopServer
  readonly #lookout: Page
  #responses: Response[] = []

  private constructor(visitor: Visitor, shop: ShopServer, lookout: Page) {
    this.#visitor = visitor
    this.#shop = shop
    this.#lookout = lookout
    visitor.page.on('response', (response) => {
      if (response.request().resourceType() === 'document') this.#responses.push(response)
    })
  }

  static async follow(visitor: Visitor, shop: ShopServer): Promise<Observer> {
    // A second tab shows the session inspector, which changes nothing by being looked at.
    return new Observer(visitor, shop, await visitor.context.newPage())
  }

  async takeScene(): Promise<Scene> {
    const responses = this.#responses
    this.#responses = []
    const picture = await this.#visitor.page.screenshot({ type: 'jpeg', quality: 60 })
    const { record, changes } = await this.#inspect()
    const session = await this.#visitor.session()
    const cookie = await this.#visitor.cookie()
    const exchanges: Exchange[] = []
    for (const response of responses.toReversed()) {
      exchanges.unshift(await describeExchange(response, changes))
    }
    return {
      exchanges,
      jar: cookie ? { bytes: sizeOf(cookie), value: shorten(cookie.value) } : null,
      session,
      store: await readStore(this.#shop, session.id, record),
      picture: picture.toString('base64'),
    }
  }

  /** What the store has, and what requests have changed, the latest first. */
  async #inspect(): Promise<{ record: string | null; changes: Change[] }> {
    await this.#lookout.goto(`${this.#shop.url}/session`)
    const record = this.#lookout.locator('.inspector-record')
    const changes: Change[] = []
    for (const change of await this.#lookout.locator('.inspector-request').all()) {
      changes.push({
        request: await change.locator('code').first().innerText(),
        operations: await change.locator('li.inspector-change').allInnerTexts(),
      })
    }
    return {
      record: (await record.count()) > 0 ? await record.innerText() : null,
      changes,
    }
  }
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
