import { createAction } from 'remix/fetch-router'
import { routes } from '../routes.ts'

// Beginnings of addresses, and with them all that is below.
const ownPages = [
  routes.cart.show.href(),
  routes.checkout.index.href(),
  routes.orders.index.href(),
  routes.account.show.href(),
  routes.admin.index.href(),
]

/** Tells robots what is worth reading, and where the list of it is. */
export const robotsAction = createAction(routes.robots, ({ url }) => {
  const lines = [
    'User-agent: *',
    ...ownPages.map((path) => `Disallow: ${path}`),
    `Sitemap: ${new URL(routes.sitemap.href(), url)}`,
  ]
  return new Response(`${lines.join('\n')}\n`, {
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'public, no-cache' },
  })
})
