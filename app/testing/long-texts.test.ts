import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { it } from 'node:test'

// What takes its time with each letter is over in a moment. What looks at the rest of the text from each letter
// of it, as patterns easily do, is not over in many times as long.
const GIVE_UP_MS = 120_000

it('reads no text in a way that takes long for a long one, in any form or header', async (t) => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const script = join(import.meta.dirname, 'long-texts-process.ts')
  // Patterns that are not compiled take ten times as long, and so does what is wrong with them.
  const execArgv = ['--regexp-interpret-all', '--no-regexp-tier-up']
  const child = fork(script, { execArgv, env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  t.after(() => child.kill('SIGKILL'))
  let [underWay, requests] = ['the start', 0]
  let patience: NodeJS.Timeout | undefined
  function next(what: string): void {
    clearTimeout(patience)
    patience = setTimeout(() => child.kill('SIGKILL'), GIVE_UP_MS)
    underWay = what
    requests++
  }
  next(underWay)
  child.on('message', next)
  const [code] = await once(child, 'exit')
  clearTimeout(patience)
  assert.deepEqual([code, underWay], [0, 'the end'])
  t.diagnostic(`${requests} requests`)
  assert.ok(requests > 4000, `${requests} requests`)
})
