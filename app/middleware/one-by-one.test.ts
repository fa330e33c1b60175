import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { createRouter } from 'remix/fetch-router'
import type { Middleware } from 'remix/fetch-router'
import { oneByOne } from './one-by-one.ts'

const twice: Middleware = async (_context, next) => {
  await next()
  return next()
}

function visit(
  middleware: Middleware[],
  handler: () => Response | Promise<Response>,
  signal?: AbortSignal,
) {
  const router = createRouter({ middleware: oneByOne(middleware), defaultHandler: handler })
  return router.fetch(new Request('https://shop.example/', signal && { signal }))
}

function noting(name: string, notes: string[], work?: () => Promise<void>): Middleware {
  return async (_context, next) => {
    notes.push(`${name} begins`)
    try {
      await work?.()
      return await next()
    } catch (error) {
      notes.push(`${name} sees ${(error as Error).message}`)
      throw error
    } finally {
      notes.push(`${name} ends`)
    }
  }
}

const catching: Middleware = (_context, next) =>
  next().catch((error: Error) => new Response(error.message))

const throwing: Middleware = () => {
  throw new Error('boom')
}

it('goes down the list and up again, and may turn back at each', async () => {
  const notes: string[] = []
  const list = [noting('first', notes), noting('second', notes)]
  const response = await visit(list, () => new Response('handled'))
  assert.equal(await response.text(), 'handled')
  assert.deepEqual(notes, ['first begins', 'second begins', 'second ends', 'first ends'])

  const turning = await visit([() => new Response('turned'), noting('never', notes)], () =>
    assert.fail(),
  )
  assert.equal(await turning.text(), 'turned')
  assert.ok(!notes.includes('never begins'))
})

it('goes down only once', async () => {
  const notes: string[] = []
  const answer = visit([twice, noting('second', notes)], () => new Response('handled'))
  await assert.rejects(answer, /called multiple times/)
  assert.deepEqual(notes, ['second begins', 'second ends'])
})

it('lets those before see what one throws, at once or later', async () => {
  const notes: string[] = []
  await assert.rejects(
    visit([noting('first', notes), throwing], () => assert.fail()),
    /boom/,
  )
  assert.deepEqual(notes, ['first begins', 'first sees boom', 'first ends'])
})

it('has next() be a promise, and reject, whatever comes after it', async () => {
  const response = await visit([catching, throwing], () => assert.fail())
  assert.equal(await response.text(), 'boom')
  const atOnce = await visit([catching, () => new Response('turned')], () => assert.fail())
  assert.equal(await atOnce.text(), 'turned')
})

it('goes no further when the client has left', async () => {
  const notes: string[] = []
  const client = new AbortController()
  const leave = async () => {
    await setImmediate()
    client.abort(new Error('left'))
  }
  const list = [noting('first', notes, leave), noting('second', notes)]
  await assert.rejects(
    visit(list, () => assert.fail(), client.signal),
    /left/,
  )
  await setImmediate()
  assert.deepEqual(notes, ['first begins', 'first sees left', 'first ends'])
})

it(
  'tells all at once that the client leaves while a handler works',
  { timeout: 240_000 },
  async () => {
    const notes: string[] = []
    const client = new AbortController()
    const list = [noting('first', notes), noting('second', notes)]
    const answer = visit(list, () => new Promise(() => {}), client.signal)
    await setImmediate()
    client.abort(new Error('left'))
    await assert.rejects(answer, /left/)
    await setImmediate()
    assert.deepEqual(notes, [
      'first begins',
      'second begins',
      'second sees left',
      'second ends',
      'first sees left',
      'first ends',
    ])
  },
)
