import { test as base } from 'playwright/test'
import { ShopServer } from './server.ts'
import type { Storage } from './server.ts'

export { expect } from 'playwright/test'

export interface Options {
  storage: Storage
}

/** Each worker has a shop for itself, and each test a browser context without cookies. */
export const test = base.extend<object, Options & { shop: ShopServer }>({
  storage: ['fs', { option: true, scope: 'worker' }],
  shop: [
    async ({ storage }, use) => {
      const shop = await ShopServer.start(storage)
      await use(shop)
      await shop.stop()
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ shop }, use) => use(shop.url),
})
