import { test as base } from 'playwright/test'
import { ShopServer } from './server.ts'
import type { Storage } from './server.ts'
import { ShopRequests } from './shop-requests.ts'
import { Visitor } from './visitor.ts'

export { expect } from 'playwright/test'

/** Marks a test for which the storage makes no difference: it runs on files. */
export const anyStorage = '@any-storage'
/** Marks one that does not run on files, because there somebody takes the same steps in another way. */
export const notOnFiles = '@not-on-files'
/** Marks one that runs on each. Without a mark it runs on both kinds: in the cookie, and on files. */
export const eachStorage = '@each-storage'
/** Whether what has no mark runs on each storage, too. */
export const everyStorage = process.env.EVERY_STORAGE === '1'
/** Marks one that runs on each then, and else on files. */
export const filesAtLeast = everyStorage ? [] : anyStorage

export interface Options {
  storage: Storage
  /** The address of a PostgreSQL, in which each shop gets a database; without one it is a file. */
  postgresUrl: string | undefined
  /**
   * Whether Chromium shows images, as it does by default with `EVERY_STORAGE=1`. Covers are a quarter of what
   * a page costs, and few tests look at one.
   */
  images: boolean
}

interface TestFixtures {
  /** Somebody with a browser without cookies. */
  visitor: Visitor
  /** Somebody else, with another browser. */
  otherVisitor: Visitor
  /** Somebody whose pages nobody looks at: requests with cookies of their own. */
  elsewhere: ShopRequests
}

// The networks from which the visitors of one shop come. It lets only so many of one register in an hour.
let networks = 0

/** Each worker has a shop for itself. */
export const test = base.extend<TestFixtures, Options & { shop: ShopServer }>({
  storage: ['fs', { option: true, scope: 'worker' }],
  postgresUrl: [undefined, { option: true, scope: 'worker' }],
  images: [everyStorage, { option: true, scope: 'worker' }],
  launchOptions: [
    async ({ launchOptions, images, browserName }, use) => {
      const args = [...(launchOptions.args ?? []), '--blink-settings=imagesEnabled=false']
      await use(images || browserName !== 'chromium' ? launchOptions : { ...launchOptions, args })
    },
    { scope: 'worker' },
  ],
  shop: [
    async ({ storage, postgresUrl }, use) => {
      const shop = await ShopServer.start(storage, { postgresUrl, settings: { TRUST_PROXY: '1' } })
      await use(shop)
      await shop.stop()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  baseURL: async ({ shop }, use) => use(shop.url),
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from it what is wanted
  extraHTTPHeaders: async ({}, use) => {
    networks += 1
    await use({ 'X-Forwarded-For': `10.${networks >> 8}.${networks & 255}.1` })
  },
  visitor: async ({ page, baseURL }, use) => use(new Visitor(page, baseURL)),
  otherVisitor: async ({ browser, baseURL }, use) => {
    const context = await browser.newContext({ baseURL: baseURL! })
    await use(new Visitor(await context.newPage(), baseURL))
    await context.close()
  },
  elsewhere: async ({ request, baseURL }, use) => use(new ShopRequests(request, baseURL!)),
})
