import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'

/** Runs a program that ends with `stop`, after `body` has run, and sends it `signals`. */
async function run(body: string, signals: NodeJS.Signals[] = [], stop = 'async () => {}') {
  const program = `
    import { setTimeout as sleep } from 'node:timers/promises'
    import { createJsonLog } from './app/log.ts'
    import { endProcessWith } from './app/lifecycle.ts'
    setInterval(() => {}, 1000)
    endProcessWith({ log: createJsonLog(), stop: ${stop} })
    console.log('ready')
    ${body}`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: new URL('..', import.meta.url),
  })
  const exit = once(child, 'exit')
  const output = text(child.stdout)
  const errors = text(child.stderr)
  await once(child.stdout, 'data')
  for (const signal of signals) {
    child.kill(signal)
    // Two signals of a kind at once would be delivered as one.
    await sleep(20)
  }
  const [code] = await exit
  return { code, output: (await output) + (await errors) }
}

const slowStop =
  "async () => { console.log('stopping now'); await sleep(100); console.log('stopped') }"

it('finishes and exits with 0 on SIGTERM and on SIGINT, also when it comes twice', async () => {
  for (const signals of [['SIGTERM'], ['SIGINT', 'SIGINT']] as NodeJS.Signals[][]) {
    const { code, output } = await run('', signals, slowStop)
    assert.equal(code, 0)
    assert.equal(output.match(/^stopping now$/gm)?.length, 1, output)
    assert.match(output, /^stopped$/m)
  }
})

it('logs an exception or a rejection that nobody caught, finishes and exits with 1', async () => {
  const faults = {
    uncaughtException: "setTimeout(() => { throw new Error('fault') })",
    unhandledRejection: "void Promise.reject(new Error('fault'))",
  }
  for (const [event, fault] of Object.entries(faults)) {
    const { code, output } = await run(fault, [], slowStop)
    assert.equal(code, 1)
    assert.match(output, new RegExp(`"event":"${event}".*Error: fault`))
    assert.match(output, /^stopped$/m)
  }
})

it('exits with 1 when it cannot finish', async () => {
  const { code, output } = await run('', ['SIGTERM'], "async () => { throw new Error('stuck') }")
  assert.equal(code, 1)
  assert.match(output, /Error: stuck/)
})
