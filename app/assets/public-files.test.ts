import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { createRouter } from 'remix/fetch-router'
import { compressed } from '../middleware/compression.ts'
import { openPublicFiles, type PublicFiles } from './public-files.ts'

const directory = mkdtempSync(join(tmpdir(), 'public-files-'))
after(() => rmSync(directory, { recursive: true }))

function write(folder: string, files: Record<string, string>): string {
  for (const [name, content] of Object.entries(files)) {
    const file = join(directory, folder, name)
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, content)
  }
  return join(directory, folder)
}

const rules = 'a { color: teal } '.repeat(200)
write('.', { 'outside.css': 'outside' })
const files = openPublicFiles(
  write('public', {
    'styles.css': rules,
    'fonts/serif.woff2': 'font',
    '.env': 'secret',
    '.hidden.css': 'secret',
    '.git/config.css': 'secret',
  }),
)
const router = createRouter({
  middleware: [compressed(), files.serve],
  defaultHandler: () => new Response('page', { status: 404 }),
})

function visit(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return router.fetch(`https://shop.example${path}`, { method, headers })
}

async function cacheControl(path: string): Promise<string | null> {
  return (await visit(path)).headers.get('Cache-Control')
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer())
}

async function readStyles({ href, serve }: PublicFiles): Promise<string> {
  const router = createRouter({ middleware: [serve] })
  return (await router.fetch(`https://shop.example${href('/styles.css')}`)).text()
}

describe('openPublicFiles', () => {
  it('serves files with a type', async () => {
    const response = await visit('/styles.css')
    assert.equal(await response.text(), rules)
    assert.match(response.headers.get('Content-Type')!, /^text\/css/)
    assert.equal((await visit('/fonts/serif.woff2')).headers.get('Content-Type'), 'font/woff2')
  })

  it('has a file kept for good under the version of its content, and under no other', async () => {
    const path = files.href('/styles.css')
    assert.match(path, /^\/styles\.css\?v=[\w-]{10}$/)
    assert.equal(await cacheControl(path), 'public, max-age=31536000, immutable')
    for (const other of ['/styles.css', '/styles.css?v=', '/styles.css?v=of-before', `${path}x`]) {
      assert.equal(await cacheControl(other), 'public, no-cache', other)
    }
    const changed = openPublicFiles(write('changed', { 'styles.css': `${rules}b {}` }))
    assert.notEqual(changed.href('/styles.css'), path)
  })

  it('answers 304 to who has the current version', async () => {
    for (const encoding of ['identity', 'br']) {
      const current = await visit('/styles.css', { 'Accept-Encoding': encoding })
      const etag = current.headers.get('ETag')!
      const headers = { 'If-None-Match': etag, 'Accept-Encoding': encoding }
      const response = await visit('/styles.css', headers)
      assert.equal(response.status, 304)
      assert.equal(response.body, null)
      assert.equal(response.headers.has('Content-Encoding'), false)
    }
    assert.equal((await visit('/styles.css', { 'If-None-Match': 'W/"old"' })).status, 200)
  })

  it('compresses as the client likes it, and says that it depends on that', async () => {
    for (const [accepted, encoding, decode] of [
      ['gzip, deflate, br', 'br', brotliDecompressSync],
      ['gzip', 'gzip', gunzipSync],
      ['br;q=0, gzip;q=0.1', 'gzip', gunzipSync],
      ['', null, Buffer.from],
      ['identity;q=0, *;q=0', null, Buffer.from],
    ] as const) {
      const response = await visit('/styles.css', { 'Accept-Encoding': accepted })
      assert.equal(response.headers.get('Content-Encoding'), encoding, accepted)
      assert.equal(response.headers.get('Vary'), 'Accept-Encoding')
      const length = Number(response.headers.get('Content-Length'))
      const bytes = await bytesOf(response)
      assert.equal(bytes.byteLength, length, 'compressed once, and not on the way')
      assert.equal(String(decode(bytes)), rules)
    }
    const font = await visit('/fonts/serif.woff2', { 'Accept-Encoding': 'br' })
    assert.equal(font.headers.has('Content-Encoding'), false)
    assert.equal(font.headers.has('Vary'), false)
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
    assert.equal(head.headers.get('Content-Length'), String(rules.length))
  })

  it('says which link leads to no file', () => {
    assert.throws(() => files.href('/gone.js'), /links to \/gone\.js, which is not in .*public/)
  })
})

describe('stylesheets', () => {
  const styles = {
    'styles.css': "/* all */\n@import './parts/a.css';\n@import './parts/b.css';\nlast {}\n",
    'parts/a.css': "@import './deep/c.css';\na {}\n",
    'parts/deep/c.css': 'c {}\n',
    'parts/b.css': 'b {}\n',
  }

  it('hold what they import, in its order', async () => {
    const joined = await readStyles(openPublicFiles(write('joined', styles)))
    assert.deepEqual(joined.match(/\w+(?= \{\})/g), ['c', 'a', 'b', 'last'])
    assert.doesNotMatch(joined, /@import/)
  })

  it('cannot be opened without one of them, and tell which', () => {
    const { 'parts/deep/c.css': _, ...incomplete } = styles
    assert.throws(
      () => openPublicFiles(write('incomplete', incomplete)),
      /parts.a\.css imports \.\/deep\/c\.css, and there is no such file/,
    )
  })

  it('are read again when one of them changed, where that is wished', async () => {
    const folder = write('watched', styles)
    const watched = openPublicFiles(folder, { watch: true })
    const unwatched = openPublicFiles(folder)
    const before = watched.href('/styles.css')
    write('watched', { 'parts/deep/c.css': 'changed {}\n', 'new.css': 'new {}' })
    await setImmediate()
    assert.notEqual(watched.href('/styles.css'), before)
    assert.match(await readStyles(watched), /changed \{\}/)
    assert.match(watched.href('/new.css'), /v=/)
    assert.equal(unwatched.href('/styles.css'), before)
  })
})
