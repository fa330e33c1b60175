// Runs the tests beside the modules, or those that match the patterns that it was given.
//
//   npm run test:unit
//   npm run test:unit -- app/log/log.test.ts 'db/*.test.ts'
//   npm run test:quick
//
// The quick ones are those without other processes, servers and random explorations. Which these are is
// seen by what a file imports; where it holds others too, a test says "processes" or "explored". The
// shop is tried with sessions in memory alone. They share two processes, since most of a short test's
// time is the start of its own.
//
// Patterns stand here and not in package.json, because every shell has its own idea of quotes: one
// that hands them over with the quotes finds no test, and node --test calls that a success.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { parseArgs } from 'node:util'

const everywhere = '{app,db,e2e,session}/**/*.test.ts'
const startsProcesses = /from '(node:child_process|\..*\/(consumer|processes|testing\/server)\.ts)'/

const { values: options, positionals } = parseArgs({
  options: { quick: { type: 'boolean' }, part: { type: 'string' } },
  allowPositionals: true,
})
const patterns = positionals.length > 0 ? positionals : [everywhere]

if (!options.quick) {
  report(run({ concurrency: 2, globPatterns: patterns }))
} else if (options.part === undefined) {
  await Promise.all([runQuickPart('0'), runQuickPart('1')])
} else {
  const part = Number(options.part)
  report(
    run({
      isolation: 'none',
      files: quickFiles().filter((_file, index) => index % 2 === part),
      testSkipPatterns: [/\b(process(es)?|explored)\b/],
    }),
  )
}

function report(tests: ReturnType<typeof run>): void {
  let passed = 0
  tests.on('test:pass', ({ skip }) => (passed += skip === undefined ? 1 : 0))
  tests.on('test:fail', () => (process.exitCode = 1))
  tests.on('end', () => {
    if (passed > 0) return
    console.error('No test ran')
    process.exitCode = 1
  })
  tests.compose(new spec()).pipe(process.stdout)
}

async function runQuickPart(part: string): Promise<void> {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    TEST_STORAGES: 'memory',
    WITHOUT_REDIS: '1',
    WITHOUT_POSTGRES: '1',
  }
  delete env.REQUIRE_REDIS
  delete env.REQUIRE_POSTGRES
  const args = [...process.execArgv, import.meta.filename, '--quick', '--part', part, ...patterns]
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  process.stdout.write(output)
  if (code !== 0) process.exitCode = 1
}

function quickFiles(): string[] {
  const files = globSync(patterns).sort()
  return files.filter((file) => !startsProcesses.test(readFileSync(file, 'utf8')))
}
