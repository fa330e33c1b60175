import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createJsonLog } from './log.ts'

it('writes an entry as one line of JSON with the time, whatever is in it', () => {
  const lines: string[] = []
  createJsonLog((line) => lines.push(line))({ event: 'request', path: '/a\nb' })
  assert.match(lines[0]!, /^[^\n]+\n$/)
  const { time, ...entry } = JSON.parse(lines[0]!)
  assert.equal(new Date(time).toISOString(), time)
  assert.deepEqual(entry, { event: 'request', path: '/a\nb' })
})

it('writes an error with its stack and its causes', () => {
  const lines: string[] = []
  const error = new TypeError('outer', { cause: new Error('inner') })
  createJsonLog((line) => lines.push(line))({ event: 'error', error })
  const logged = JSON.parse(lines[0]!)
  assert.match(logged.error.stack, /^TypeError: outer\n +at /)
  assert.match(logged.error.cause.stack, /^Error: inner\n +at /)
})
