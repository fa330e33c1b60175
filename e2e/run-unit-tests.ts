// Runs the tests beside the modules, or those that match the patterns that it was given.
//
//   npm run test:unit
//   npm run test:unit -- app/log/log.test.ts 'db/*.test.ts'
//   npm run test:quick
//
// One PostgreSQL is shared by all files that do not need one of their own.
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
import { startSharedPostgres } from 'remix/session/testing/postgres-server'

const everywhere = '{app,db,e2e,session}/**/*.test.ts'
const startsProcesses = /from '(node:child_process|\..*\/(consumer|processes|testing\/server)\.ts)'/

const { values: options, positionals } = parseArgs({
  options: { quick: { type: 'boolean' }, part: { type: 'string' } },
  allowPositionals: true,
})
const patterns = positionals.length > 0 ? positionals : [everywhere]

const NO_TEST_RAN = 2

if (!options.quick) {
  const postgres = await startSharedPostgres()
  const tests = run({ concurrency: 2, globPatterns: patterns })
  tests.on('end', () => void postgres?.remove())
  report(tests, fail)
} else if (options.part === undefined) {
  const codes = await Promise.all([runQuickPart('0'), runQuickPart('1')])
  if (codes.every((code) => code === NO_TEST_RAN)) fail()
  else if (codes.some((code) => code !== 0 && code !== NO_TEST_RAN)) process.exitCode = 1
} else {
  const part = Number(options.part)
  const tests = run({
    isolation: 'none',
    files: quickFiles().filter((_file, index) => index % 2 === part),
    testSkipPatterns: [/\b(process(es)?|explored)\b/],
  })
  report(tests, () => (process.exitCode = NO_TEST_RAN))
}

function fail(): void {
  console.error('No test ran')
  process.exitCode = 1
}

function report(tests: ReturnType<typeof run>, onNone: () => void): void {
  let passed = 0
  tests.on('test:pass', ({ skip }) => (passed += skip === undefined ? 1 : 0))
  tests.on('test:fail', () => (process.exitCode = 1))
  tests.on('end', () => {
    if (passed === 0 && process.exitCode === undefined) onNone()
  })
  tests.compose(new spec()).pipe(process.stdout)
}

async function runQuickPart(part: string): Promise<number | null> {
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
  return code
}

function quickFiles(): string[] {
  const files = globSync(patterns).sort()
  return files.filter((file) => !startsProcesses.test(readFileSync(file, 'utf8')))
}
