// Runs the tests beside the modules, or those that match the patterns that it was given.
//
//   npm run test:unit
//   npm run test:unit -- app/log.test.ts 'db/*.test.ts'
//
// Patterns stand here and not in package.json, because every shell has its own idea of quotes: one
// that hands them over with the quotes finds no test, and node --test calls that a success.

import { run } from 'node:test'
import { spec } from 'node:test/reporters'

const patterns = process.argv.slice(2)
const everywhere = ['{app,db,e2e,session}/**/*.test.ts']

const tests = run({ concurrency: 2, globPatterns: patterns.length > 0 ? patterns : everywhere })
let passed = 0
tests.on('test:pass', ({ skip }) => (passed += skip === undefined ? 1 : 0))
tests.on('test:fail', () => (process.exitCode = 1))
tests.on('end', () => {
  if (passed > 0) return
  console.error('No test ran')
  process.exitCode = 1
})
tests.compose(new spec()).pipe(process.stdout)
