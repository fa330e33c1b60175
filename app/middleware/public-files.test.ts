import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { createRouter } from 'remix/fetch-router'
import { compressed } from './compression.ts'
import { publicFiles } from './public-files.ts'

const directory = mkdtempSync(join(tmpdir(), 'public-files-'))
after(() => rmSync(directory, { recursive: true }))
mkdirSync(join(directory, 'public', 'fonts'), { recursive: true })
mkdirSync(join(directory, 'public', '.git'))
const styles = 'a { color: teal } '.repeat(200)
writeFileSync(join(directory, 'outside.css'), 'outside')
for (const [name, content] of Object.entries({
  'styles.css': styles,
  'fonts/serif.woff2': 'font',
  '.env': 'secret',
  '.hidden.css': 'secret',
  '.git/config.css': 'secret',
  'index.html': 'index',
})) {
  writeFileSync(join(directory, 'public', name), content)
}

const router = createRouter({
  middleware: [compressed(), publicFiles(join(directory, 'public'))],
  defaultHandler: () => new Response('page', { status: 404 }),
})

function visit(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return router.fetch(`https://shop.example${path}`, { method, headers })
}

describe('publicFiles', () => {
  it('serves files with a type, to be asked for again each time', async () => {
    const response = await visit('/styles.css')
    assert.equal(await response.text(), styles)
    assert.match(response.headers.get('Content-Type')!, /^text\/css/)
    assert.equal(response.headers.get('Cache-Control'), 'public, no-cache')
    assert.equal((await visit('/fonts/serif.woff2')).status, 200)
  })

  it('answers 304 to who has the current version', async () => {
    const etag = (await visit('/styles.css')).headers.get('ETag')!
    for (const encoding of ['identity', 'br']) {
      const headers = { 'If-None-Match': etag, 'Accept-Encoding': encoding }
      const response = await visit('/styles.css', headers)
      assert.equal(response.status, 304)
      assert.equal(response.body, null)
      assert.equal(response.headers.has('Content-Encoding'), false)
    }
    assert.equal((await visit('/styles.css', { 'If-None-Match': 'W/"old"' })).status, 200)
  })

  it('shows nothing that begins with a dot, no directory and nothing outside', async () => {
    const paths = [
      '/.env',
      '/%2eenv',
      '/.hidden.css',
      '/.git/config.css',
      '/fonts/../../outside.css',
      '/fonts/..%2f..%2foutside.css',
      '/..%5coutside.css',
      '/fonts',
      '/fonts/',
      '/',
      '/styles.css%00',
    ]
    for (const path of paths) assert.equal((await visit(path)).status, 404, path)
  })

  it('answers only GET and HEAD', async () => {
    assert.equal((await visit('/styles.css', {}, 'POST')).status, 404)
    const head = await visit('/styles.css', {}, 'HEAD')
    assert.equal(head.status, 200)
    assert.equal(head.body, null)
    assert.equal(head.headers.get('Content-Length'), String(styles.length))
  })
})
