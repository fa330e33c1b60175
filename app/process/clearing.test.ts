import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { LogEntry } from '../log/log.ts'
import { clearRegularly } from './clearing.ts'

it('clears at once and every hour, one thing after the other, though one of them fails', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const done: string[] = []
  const log: LogEntry[] = []
  const clearing = clearRegularly({
    now: () => 1000,
    log: (entry) => void log.push(entry),
    tasks: [
      async () => {
        await Promise.resolve()
        done.push('first')
        throw new Error('no database')
      },
      async (now) => void done.push(`second at ${now.getTime()}`),
    ],
  })
  t.mock.timers.tick(60 * 60_000)
  while (done.length < 4) await new Promise(setImmediate)
  await clearing.stop()
  const once = ['first', 'second at 1000']
  assert.deepEqual(done, [...once, ...once])
  assert.deepEqual(
    log.map(({ event }) => event),
    ['clearing failed', 'clearing failed'],
  )
  t.mock.timers.tick(60 * 60_000)
  await new Promise(setImmediate)
  assert.equal(done.length, 4, 'it has stopped')
})

it('finishes what is under way when it is stopped, and begins nothing more', async () => {
  const done: string[] = []
  const clearing = clearRegularly({
    now: () => 1000,
    log: () => assert.fail('nothing fails'),
    tasks: [
      async () => {
        await new Promise(setImmediate)
        done.push('first')
      },
      async () => void done.push('second'),
    ],
  })
  await clearing.stop()
  assert.deepEqual(done, ['first'])
})
