import assert from 'node:assert/strict'
import { it } from 'node:test'
import { html } from '@remix-run/html-template'
import { RequestContext } from 'remix/fetch-router'
import { createPageRenderer } from './page.ts'

const frame = { account: [], masthead: [], navigation: [], footer: [], notices: [] }
const render = createPageRenderer({ frame, asset: (path) => path })

function pageOf(text: string): Promise<Response> {
  return render(
    new RequestContext(new Request('https://shop.example/')),
    () => html`<p>${text}</p>`,
  )
}

it('sends each page whole, whatever was made before it was read', async () => {
  const texts = ['€ first', 'second, which is longer', `third ${'🪑€'.repeat(200_000)}`, 'fourth']
  const pages = await Array.fromAsync(texts, pageOf)
  for (const [i, page] of pages.entries()) {
    const body = Buffer.from(await page.arrayBuffer())
    assert.equal(body.toString(), `<p>${texts[i]}</p>`)
    assert.equal(page.headers.get('Content-Length'), String(body.length))
    assert.equal(page.headers.get('Content-Type'), 'text/html; charset=UTF-8')
  }
})
