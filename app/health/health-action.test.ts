import assert from 'node:assert/strict'
import fs from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { it } from 'node:test'
import { fillDisk, mountTinyDisk } from 'remix/session/testing/tiny-disk'
import { closeDatabase } from '../../db/connect.ts'
import { startHttpServer } from '../process/http-server.ts'
import { onEachStorage, openTestShop } from '../testing/shop.ts'

onEachStorage('the health check', (open, storage) => {
  it('names the storage and is neither cached nor given a cookie', async () => {
    const shop = await open()
    const answer = await shop.browser().get('/healthz')
    assert.equal(answer.status, 200)
    assert.deepEqual(JSON.parse(answer.html), { status: 'ok', storage })
    assert.equal(answer.headers.get('Cache-Control'), 'no-store')
    assert.deepEqual(answer.setCookies, [])
  })
})

it('answers a probe by IP address or without a host, also in production, with no more than it asks for', async () => {
  const shop = await openTestShop({ production: true, publicOrigin: 'https://shop.example' })
  for (const headers of [{ Host: '10.0.0.7:44100' }, { Host: '' }] as Record<string, string>[]) {
    for (const method of ['GET', 'HEAD']) {
      const answer = await shop.browser().request('/healthz', { headers, method })
      assert.equal(answer.status, 200)
      assert.deepEqual(answer.setCookies, [])
      assert.equal(answer.html, method === 'GET' ? '{"status":"ok"}' : '')
      assert.doesNotMatch(JSON.stringify([...answer.headers]), /shop\.example/)
    }
    assert.notEqual((await shop.browser().request('/', { headers })).status, 200)
  }
})

it('answers HTTP/1.0, which knows no host', async (t) => {
  const shop = await openTestShop({ production: true, publicOrigin: 'https://shop.example' })
  const { fetch, log } = shop
  const server = await startHttpServer({
    fetch,
    host: '127.0.0.1',
    port: 0,
    publicOrigin: shop.config.publicOrigin,
    log: (entry) => log.push(entry),
  })
  t.after(() => server.stop(0))
  const socket = connect(server.port, '127.0.0.1')
  socket.write('GET /healthz HTTP/1.0\r\n\r\n')
  assert.match(await text(socket), /^HTTP\/1\.1 200 [^]*\{"status":"ok"\}$/)
})

it('answers 503 when the database is down', async () => {
  const shop = await openTestShop()
  await closeDatabase(shop.db)
  const answer = await shop.browser().get('/healthz')
  assert.equal(answer.status, 503)
  assert.deepEqual(JSON.parse(answer.html), { status: 'unavailable', storage: 'memory' })
})

it('answers 503 while no session file can be written, and leaves none', async (t) => {
  const sessionDir = mountTinyDisk(t)
  if (!sessionDir) return
  const shop = await openTestShop({ storage: 'fs' })
  await shop.restart({ sessionDir })
  const healthStatus = async (): Promise<number> => {
    shop.pass(1)
    return (await shop.browser().get('/healthz')).status
  }
  assert.equal(await healthStatus(), 200)
  fillDisk(sessionDir, 0)
  assert.equal(await healthStatus(), 503)
  assert.equal((await shop.browser().get('/')).status, 200)
  assert.deepEqual(fs.readdirSync(sessionDir), ['disk.filler'])
  fs.unlinkSync(path.join(sessionDir, 'disk.filler'))
  assert.equal(await healthStatus(), 200)
  assert.deepEqual(fs.readdirSync(sessionDir), [])
})

it('a flood of requests is one file in a second', async () => {
  const shop = await openTestShop({ storage: 'fs' })
  const { sessionDir } = shop.config
  const start = Date.now()
  const times = new Set<number>()
  for (let i = 0; i < 500; i++) {
    assert.equal((await shop.browser().get('/healthz')).status, 200)
    times.add(fs.statSync(sessionDir).mtimeMs)
  }
  const seconds = (Date.now() - start) / 1000
  assert.ok(times.size <= 1 + seconds, `${times.size} files in ${seconds} s`)
})

it('answers 503 from the moment when the shop is told to end', async () => {
  const shop = await openTestShop()
  shop.stop()
  assert.equal((await shop.browser().get('/healthz')).status, 503)
  assert.equal((await shop.browser().get('/books')).status, 200)
})
