import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'

/** Runs a program that ends with `stop`, after `body` has run, and sends it `signals`. */
async function run(
  body: string,
  signals: NodeJS.Signals[] = [],
  stop = 'async () => {}',
  log = 'createJsonLog()',
) {
  const program = `
    import { setTimeout as sleep } from 'node:timers/promises'
    import { createJsonLog } from './app/log/log.ts'
    import { endProcessWith } from './app/process/lifecycle.ts'
    setInterval(() => {}, 1000)
    endProcessWith({ log: ${log}, stop: ${stop} })
    console.log('ready')
    ${body}`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: new URL('../..', import.meta.url),
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

it('exits with 1 when an error comes while it finishes after a signal', async () => {
  const stop = "async () => { setTimeout(() => { throw new Error('late') }); await sleep(100) }"
  const { code, output } = await run('', ['SIGTERM'], stop)
  assert.equal(code, 1)
  assert.match(output, /Error: late/)
})

it('exits with 1 when handling an error is an error each time', async () => {
  const endless = "() => { process.nextTick(() => { throw new Error('in the log') }) }"
  const fault = "setTimeout(() => { throw new Error('fault') })"
  const { code } = await run(fault, [], 'async () => { await sleep(100_000) }', endless)
  assert.equal(code, 1)
})

it('leaves SIGTERM its time, and is in a hurry from the first SIGINT or error on', async () => {
  const stop =
    "async (hurry) => { console.log('hurry', hurry.aborted); await sleep(100_000, null, { signal: hurry }).catch(() => {}) }"
  const fault = "setTimeout(() => { throw new Error('fault') })"
  const later = await run('', ['SIGTERM', 'SIGINT'], stop)
  assert.equal(later.code, 0)
  assert.match(later.output, /^hurry false$/m)
  for (const { output } of [await run('', ['SIGINT'], stop), await run(fault, [], stop)]) {
    assert.match(output, /^hurry true$/m)
  }
})
