// Runs the tests beside the modules, or those that match the patterns that it was given.
//
//   npm run test:unit
//   npm run test:unit -- app/log/log.test.ts 'db/*.test.ts'
//   npm run test:quick
//
// The quick ones are those without other processes, servers and random explorations. Which these are is
// seen by what a file imports; where it holds others too, a test says "processes" or "explored".
//
// Patterns stand here and not in package.json, because every shell has its own idea of quotes: one
// that hands them over with the quotes finds no test, and node --test calls that a success.

import { globSync, readFileSync } from 'node:fs'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

const everywhere = '{app,db,e2e,session}/**/*.test.ts'
const startsProcesses = /from '(node:child_process|\..*\/(consumer|processes|testing\/server)\.ts)'/

const patterns = process.argv.slice(2).filter((argument) => argument !== '--quick')
const quick = patterns.length < process.argv.length - 2
if (patterns.length === 0) patterns.push(everywhere)
if (quick) {
  for (const server of ['REDIS', 'POSTGRES']) {
    process.env[`WITHOUT_${server}`] = '1'
    delete process.env[`REQUIRE_${server}`]
  }
}

const tests = run({
  concurrency: 2,
  ...(quick
    ? { files: quickFiles(patterns), testSkipPatterns: [/\b(process(es)?|explored)\b/] }
    : { globPatterns: patterns }),
})
let passed = 0
tests.on('test:pass', ({ skip }) => (passed += skip === undefined ? 1 : 0))
tests.on('test:fail', () => (process.exitCode = 1))
tests.on('end', () => {
  if (passed > 0) return
  console.error('No test ran')
  process.exitCode = 1
})
tests.compose(new spec()).pipe(process.stdout)

function quickFiles(patterns: string[]): string[] {
  const files = globSync(patterns)
  return files.filter((file) => !startsProcesses.test(readFileSync(file, 'utf8')))
}
