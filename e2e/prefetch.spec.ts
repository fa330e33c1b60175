import { createCookie } from 'remix/cookie'
import { createRouter } from 'remix/fetch-router'
import { Session } from 'remix/session'
import { createMemorySessionStorage } from 'remix/session/memory-storage'
import { session } from 'remix/session-middleware'
import { anyStorage, expect, test } from './fixtures.ts'
import { page as answer, servePages } from './serve-pages.ts'

// Pages of their own, since those of the shop let no page say what to fetch ahead.
for (const kind of ['prefetch', 'prerender'] as const) {
  test(
    `a flash is shown exactly once where the browser knows a page by ${kind}`,
    {
      tag: anyStorage,
    },
    async ({ page }) => {
      const { url, requests, close } = await serve(kind)
      try {
        await page.goto(`${url}/flash`)
        await page.goto(`${url}/rules`)
        await expect.poll(() => requests).toEqual(['next, ahead'])
        await page.getByRole('link', { name: 'next' }).click()
        await expect(page.getByRole('heading', { name: 'next' })).toBeVisible()
        expect(requests, 'it is shown as it was fetched').toEqual(['next, ahead'])
        await expect(page.getByRole('status')).toHaveText('none')
        await page.goto(`${url}/last`)
        await expect(page.getByRole('status')).toHaveText('Saved')
        await page.goto(`${url}/last`)
        await expect(page.getByRole('status')).toHaveText('none')
      } finally {
        close()
      }
    },
  )
}

async function serve(kind: 'prefetch' | 'prerender') {
  const requests: string[] = []
  const cookie = createCookie('session', { secrets: ['pY3rVq8sLw0xKb5nZt7uJd2mFh9cGa4e'] })
  const router = createRouter({ middleware: [session(cookie, createMemorySessionStorage())] })
  const note: string = 'note'
  const rules = JSON.stringify({ [kind]: [{ urls: ['/next'], eagerness: 'immediate' }] })
  router.get('/flash', ({ get }) => {
    get(Session).flash(note, 'Saved')
    return answer('<h1>flash</h1>')
  })
  router.get('/rules', () =>
    answer(`<a href="/next">next</a><script type="speculationrules">${rules}</script>`),
  )
  for (const name of ['next', 'last']) {
    router.get(`/${name}`, ({ get, request }) => {
      requests.push(request.headers.has('Sec-Purpose') ? `${name}, ahead` : name)
      const text = String(get(Session).get(note) ?? 'none')
      return answer(`<h1>${name}</h1><p role="status">${text}</p>`)
    })
  }
  const { port, close } = await servePages((request) => router.fetch(request))
  return { url: `http://localhost:${port}`, requests, close }
}
