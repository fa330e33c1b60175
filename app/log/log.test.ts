import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
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

it('writes what it can of an entry that is not JSON, and of causes that go in a circle', () => {
  const lines: string[] = []
  const log = createJsonLog((line) => lines.push(line))
  log({ event: 'counted', count: 1n })
  assert.equal(JSON.parse(lines[0]!).event, 'counted')

  const error = new Error('round')
  error.cause = error
  log({ event: 'error', error })
  assert.match(JSON.parse(lines[1]!).error.cause.stack, /^Error: round/)
})

it('drops lines while nobody reads them, instead of keeping them all, and tells how many', async () => {
  const program = `
    import { createJsonLog } from './app/log/log.ts'
    const log = createJsonLog()
    for (let i = 0; i < 5000; i++) log({ event: 'request', path: 'a'.repeat(1000) })
    process.send(process.stdout.writableLength)
    process.stdout.once('drain', () => {
      log({ event: 'read again' })
      process.disconnect()
    })`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: new URL('../..', import.meta.url),
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const [waiting] = (await once(child, 'message')) as [number]
  assert.ok(waiting > 900_000 && waiting < 1_100_000, `${waiting} bytes wait`)

  const lines = (await text(child.stdout!)).trimEnd().split('\n')
  const entries = lines.map((line) => JSON.parse(line) as { event: string; lines?: number })
  const [dropped, last] = entries.slice(-2)
  assert.equal(last!.event, 'read again')
  assert.equal(dropped!.event, 'log lines dropped')
  assert.equal(entries.length - 2 + dropped!.lines!, 5000)
})

it('has written all lines when the process exits, in their order, and those of a turn at once', () => {
  const program = `
    import { createJsonLog } from './app/log/log.ts'
    const { stdout } = process
    const write = stdout.write.bind(stdout)
    let writes = 0
    stdout.write = (text) => {
      writes += 1
      return write(text)
    }
    const log = createJsonLog()
    for (let i = 0; i < 10; i++) log({ event: 'first turn', i })
    await new Promise((resolve) => setImmediate(resolve))
    log({ event: 'writes', writes })
    log({ event: 'last' })
    process.exit(3)`
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program],
    { cwd: new URL('../..', import.meta.url), encoding: 'utf8' },
  )
  assert.equal(status, 3)
  const entries = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    entries.slice(0, 10).map(({ i }) => i),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  )
  assert.equal(entries[10].writes, 1)
  assert.equal(entries[11].event, 'last')
})

it('lets a process go on whose output nobody reads any more, be it one or the other', async () => {
  const program = `
    import { outliveOutput } from './app/log/log.ts'
    outliveOutput()
    for await (const _ of process.stdin);
    process[process.argv[1]].write('to nobody')
    setTimeout(() => process.exit(3), 50)`
  for (const name of ['stdout', 'stderr'] as const) {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program, name], {
      cwd: new URL('../..', import.meta.url),
    })
    child[name].destroy()
    child.stdin.end()
    assert.deepEqual(await once(child, 'exit'), [3, null], name)
  }
})
