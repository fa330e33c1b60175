import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { startHttpServer } from './http-server.ts'

const CONNECTIONS = 60

const options = {
  fetch: () => new Response('answered'),
  host: '127.0.0.1',
  port: 0,
  publicOrigin: 'http://shop.example',
  log: () => {},
}

// Another thread, as this one is to be busy meanwhile.
const clients = `
  import { once } from 'node:events'
  import { connect } from 'node:net'
  import { text } from 'node:stream/consumers'
  import { parentPort, workerData } from 'node:worker_threads'
  const { port, connected } = workerData
  const sockets = Array.from({ length: ${CONNECTIONS} }, () => connect(port, '127.0.0.1'))
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  for (const socket of sockets) socket.write('GET / HTTP/1.1\\r\\nHost: shop.example\\r\\n\\r\\n')
  const answers = sockets.map((socket) => text(socket).catch(({ code }) => code))
  setImmediate(() => {
    Atomics.store(connected, 0, 1)
    Atomics.notify(connected, 0)
  })
  parentPort.postMessage(await Promise.all(answers))
`

it('answers all that came while it was busy in its last moment', async () => {
  const server = await startHttpServer(options)
  const hurry = new AbortController()
  const woundDown = server.windDown(0, hurry.signal)
  const connected = new Int32Array(new SharedArrayBuffer(4))
  const script = new URL(`data:text/javascript,${encodeURIComponent(clients)}`)
  const worker = new Worker(script, { workerData: { port: server.port, connected } })
  const answers = new Promise<string[]>((resolve) => worker.once('message', resolve))
  Atomics.wait(connected, 0, 0)
  // Longer than what is left to it: the port closes as soon as it may.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
  await woundDown
  assert.equal(await server.stop(), true)
  for (const answer of await answers) assert.match(answer, /^HTTP\/1\.1 200 .*answered/s)
})

it('takes for a moment what is sent before anybody could know, also in a hurry', async (t) => {
  const server = await startHttpServer(options)
  t.after(() => server.stop(0))
  const woundDown = server.windDown(60_000, AbortSignal.abort()).then(() => 'over')
  assert.equal(await Promise.race([woundDown, sleep(100, 'going on')]), 'going on')
  assert.equal(await woundDown, 'over')
})
