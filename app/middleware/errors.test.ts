import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import SqliteDatabase from 'better-sqlite3'
import { createRouter } from 'remix/fetch-router'
import { SessionStoreError } from 'remix/session'
import type { LogEntry } from '../log/log.ts'
import { errorPages } from './errors.ts'
import { HttpError } from './http-error.ts'
import { requestLog } from './request-log.ts'

async function answerTo(thrown: unknown, renderError = (status: number) => page(status)) {
  const entries: LogEntry[] = []
  const log = (entry: LogEntry) => entries.push(entry)
  const router = createRouter({
    middleware: [requestLog({ log }), errorPages({ log, renderError })],
  })
  router.map('/', () => {
    throw thrown
  })
  const response = await router.fetch('https://shop.example/')
  return { response, errors: entries.filter(({ event }) => event === 'error') }
}

function page(status: number): Response {
  return new Response(`page ${status}`, { status })
}

describe('errorPages', () => {
  it('answers a fault with a 500 page that tells nothing, and logs it under the id of the request', async () => {
    const fault = new Error('SQLITE_ERROR near "secret"')
    const { response, errors } = await answerTo(fault)
    assert.equal(response.status, 500)
    assert.equal(await response.text(), 'page 500')
    assert.equal(response.headers.get('Cache-Control'), 'no-store')
    assert.doesNotMatch(JSON.stringify([...response.headers]), /SQLITE|secret/)
    assert.deepEqual(errors, [
      {
        event: 'error',
        requestId: response.headers.get('X-Request-Id'),
        status: 500,
        error: fault,
      },
    ])
  })

  it('answers a refusal with the page for its status and its headers, and does not log it', async () => {
    const { response, errors } = await answerTo(new HttpError(405, 'no', { Allow: 'GET' }))
    assert.equal(response.status, 405)
    assert.equal(await response.text(), 'page 405')
    assert.equal(response.headers.get('Allow'), 'GET')
    assert.deepEqual(errors, [])
    assert.deepEqual((await answerTo(new HttpError(501, 'no'))).errors, [])
  })

  it('takes the status and Retry-After of any error that has them', async () => {
    const busy = Object.assign(new Error('busy'), { status: 503, retryAfter: 7 })
    const { response, errors } = await answerTo(busy)
    assert.equal(response.status, 503)
    assert.equal(response.headers.get('Retry-After'), '7')
    assert.deepEqual(errors[0]!.error, 'Error: busy', 'without a stack')
  })

  it('takes no other status for a refusal', async () => {
    for (const status of [200, 302, 399, 500, 502, 1000, NaN, '404']) {
      const { response } = await answerTo(Object.assign(new Error('odd'), { status }))
      assert.equal(response.status, 500, String(status))
    }
  })

  it('answers 503 when the session store is out of reach', async () => {
    const { response, errors } = await answerTo(new SessionStoreError('no space left'))
    assert.equal(response.status, 503)
    assert.ok(response.headers.has('Retry-After'))
    assert.equal(errors.length, 1)
  })

  it('answers 503 when the database is in trouble, 500 when a statement is wrong', async () => {
    for (const [code, status] of Object.entries({ SQLITE_FULL: 503, SQLITE_ERROR: 500 })) {
      const error = new SqliteDatabase.SqliteError('a test', code)
      const { response, errors } = await answerTo(error)
      assert.equal(response.status, status, code)
      assert.equal(response.headers.has('Retry-After'), status === 503)
      assert.equal(errors.length, 1)
    }
  })

  it('answers what is thrown and no error', async () => {
    for (const thrown of ['text', null, undefined, { status: 404 }]) {
      assert.equal((await answerTo(thrown)).response.status, 500)
    }
  })

  it('answers in plain text when the page breaks too, and logs both', async () => {
    const { response, errors } = await answerTo(new Error('first'), () => {
      throw new Error('second')
    })
    assert.equal(response.status, 500)
    assert.doesNotMatch(await response.text(), /first|second/)
    assert.deepEqual(
      errors.map(({ error }) => (error as Error).message),
      ['first', 'second'],
    )
  })

  it('leaves a request alone whose client has left', async () => {
    const client = new AbortController()
    const entries: LogEntry[] = []
    const log = (entry: LogEntry) => entries.push(entry)
    const router = createRouter({ middleware: [errorPages({ log, renderError: page })] })
    router.map('/', async () => {
      setImmediate(() => client.abort())
      await once(client.signal, 'abort')
      throw new Error('the connection was reset')
    })
    const request = new Request('https://shop.example/', { signal: client.signal })
    await assert.rejects(router.fetch(request))
    assert.deepEqual(entries, [])
  })
})
