import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startServer, type TestServer } from '../testing/server.ts'

const quickly = { STOP_DELAY: '0' }

async function statusOf(server: TestServer, path: string): Promise<number> {
  const response = await server.get(path)
  await response.arrayBuffer()
  return response.status
}

describe('a server whose output goes nowhere', () => {
  it('goes on when the reader of its log has gone, and can be stopped', async (t) => {
    const server = await startServer(t)
    await server.ready()
    server.child.stdout!.destroy()
    server.child.stderr!.destroy()
    for (let i = 0; i < 5; i++) assert.equal(await statusOf(server, '/'), 200)
    assert.equal(await server.exit('SIGTERM'), 0)
  })

  it(
    'goes on when the disk of its log is full',
    { skip: process.platform !== 'linux' },
    async (t) => {
      const full = openSync('/dev/full', 'w')
      t.after(() => closeSync(full))
      const server = await startServer(t, { stdio: ['ignore', full, full] })
      await server.ready()
      for (let i = 0; i < 5; i++) assert.equal(await statusOf(server, '/'), 200)
      assert.equal(await server.exit('SIGTERM'), 0)
    },
  )
})

describe('a server that is told to stop', () => {
  it('answers what was sent just before', async (t) => {
    const server = await startServer(t, { env: quickly })
    await server.ready()
    const { port } = new URL(server.origin)
    const sockets = Array.from({ length: 60 }, () => connect(Number(port), '127.0.0.1'))
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    const answers = sockets.map((socket) => text(socket))
    for (const socket of sockets) {
      socket.write(`GET /books HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`)
    }
    const code = server.exit('SIGTERM')
    for (const answer of answers) assert.match(await answer, /^HTTP\/1\.1 200 /)
    assert.equal(await code, 0)
  })

  it('is unhealthy first, and meanwhile answers everybody', async (t) => {
    const server = await startServer(t, { env: { NODE_ENV: 'production', STOP_DELAY: '60' } })
    await server.ready()
    const code = server.exit('SIGTERM')
    while ((await statusOf(server, '/healthz')) !== 503) await sleep(10)
    const response = await server.get('/books')
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('Connection'), 'close')
    await response.arrayBuffer()
    // Whoever presses Ctrl-C does not wait for a balancer.
    server.child.kill('SIGINT')
    assert.equal(await code, 0)
  })

  it('ends when it is told so before it has started', async (t) => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const connected = once(silent, 'connection') as Promise<Socket[]>
    const server = await startServer(t, {
      env: { SESSION_STORAGE: 'redis', REDIS_URL: `redis://127.0.0.1:${port}` },
    })
    const [socket] = await connected
    socket!.on('error', () => {})
    silent.close()
    assert.equal(await server.exit('SIGTERM'), 0)
  })
})

describe('npm start', { skip: process.platform === 'win32' }, () => {
  it('passes SIGTERM on, and ends when the server has ended', async (t) => {
    const server = await startServer(t, { command: ['npm', 'start'], env: quickly })
    await server.ready()
    assert.equal(await server.exit('SIGTERM'), 0)
    assert.match(server.output, /"event":"stopping","signal":"SIGTERM"/)
    await assert.rejects(server.get('/healthz'))
  })

  const unshare = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc']
  const cannot = spawnSync(unshare[0]!, [...unshare.slice(1), 'true']).status !== 0
  it('does so as process 1', { skip: cannot && 'unshare is not allowed here' }, async (t) => {
    const server = await startServer(t, { command: [...unshare, 'npm', 'start'], env: quickly })
    await server.ready()
    const { pid } = server.child
    const [npm] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')
    process.kill(Number(npm), 'SIGTERM')
    assert.equal(await server.exit(), 0)
    assert.match(server.output, /"event":"stopping","signal":"SIGTERM"/)
  })
})
