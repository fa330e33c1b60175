// Runs the tests beside the modules, or those that match the patterns that it was given.
//
//   npm run test:unit
//   npm run test:unit -- app/log/log.test.ts 'db/*.test.ts'
//   npm run test:quick
//   SLOW_MACHINE=1 npm run test:unit      with a machine that stands still when a test waits
//
// One PostgreSQL is shared by all files that do not need one of their own.
//
// Most files share a process with others, as its start takes longer than most tests; a file that imports
// what starts processes has its own.
//
// The quick ones are those without other processes, servers and random explorations. Where a file holds
// others too, a test says "processes" or "explored". The shop is tried with sessions in memory alone.
//
// Patterns stand here and not in package.json, because every shell has its own idea of quotes: one
// that hands them over with the quotes finds no test, and node --test calls that a success.

import { once } from 'node:events'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { getCompileCacheDir } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { pathToFileURL } from 'node:url'
import { startSharedPostgres } from 'remix/session/testing/postgres-server'
import { processesAtOnce } from './at-once.ts'
import { readOptions } from './options.ts'

const everywhere = '{app,db,e2e,session}/**/*.test.ts'
const startsProcesses = /from '(node:child_process|\..*\/(consumer|processes|testing\/server)\.ts)'/
const FILES_OF_A_PROCESS = 24
const HANGS_MS = 30 * 60 * 1000

const { values: options, positionals } = readOptions({
  options: { quick: { type: 'boolean' } },
  allowPositionals: true,
})
const files = globSync(positionals.length > 0 ? positionals : [everywhere]).sort()
const alone = files.filter((file) => startsProcesses.test(readFileSync(file, 'utf8')))
const together = files.filter((file) => !alone.includes(file))

const folder = mkdtempSync(join(tmpdir(), 'unit-tests-'))
process.on('exit', () => rmSync(folder, { recursive: true }))
const shared = new Map<string, string[]>()
const needed = Math.ceil(together.length / FILES_OF_A_PROCESS)

// For the threads and processes of tests as well: a thread starts in half the time.
const compiled = getCompileCacheDir()
if (compiled !== undefined) process.env.NODE_COMPILE_CACHE ??= dirname(compiled)

if (process.env.SLOW_MACHINE === '1') {
  const script = JSON.stringify(join(import.meta.dirname, 'slow-machine.cjs'))
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --require ${script}`
}

if (options.quick) {
  Object.assign(process.env, { TEST_STORAGES: 'memory', WITHOUT_REDIS: '1', WITHOUT_POSTGRES: '1' })
  delete process.env.REQUIRE_REDIS
  delete process.env.REQUIRE_POSTGRES
  share(Math.min(needed, processesAtOnce))
  await runFiles([...shared.keys()], [/\b(process(es)?|explored)\b/])
} else {
  const postgres = await startSharedPostgres()
  share(needed)
  // What takes longest comes first, so that in the end none is waited for.
  const longest = alone.filter((file) => file.startsWith('e2e'))
  const others = alone.filter((file) => !longest.includes(file))
  try {
    await runFiles([...longest, ...shared.keys(), ...others])
  } finally {
    await postgres?.remove()
  }
}

/** Writes a module for each process, which imports the files that share it. */
function share(processes: number): void {
  for (let number = 0; number < processes; number++) {
    const part = together.filter((_file, index) => index % processes === number)
    if (part.length === 0) continue
    const module = join(folder, `${number}.mjs`)
    const imports = ['e2e/exit-of-tests.ts', ...part].map(
      (file) => `import '${pathToFileURL(resolve(file)).href}'\n`,
    )
    writeFileSync(module, imports.join(''))
    shared.set(module, part)
  }
}

async function runFiles(files: string[], testSkipPatterns: RegExp[] = []): Promise<void> {
  let passed = 0
  const tests = run({
    files,
    concurrency: processesAtOnce,
    timeout: HANGS_MS,
    testSkipPatterns,
    execArgv: ['-r', join(import.meta.dirname, 'scope-of-tests.cjs')],
  })
  // A process is a test itself, when it held none or has crashed.
  tests.on('test:pass', ({ name, skip }) => {
    if (skip === undefined && !files.includes(name)) passed++
  })
  tests.on('test:fail', ({ name }) => {
    process.exitCode = 1
    if (shared.has(name)) console.error(`${name} was ${shared.get(name)!.join(' ')}`)
  })
  tests.compose(new spec()).pipe(process.stdout)
  await once(tests, 'end')
  if (passed === 0 && process.exitCode === undefined) {
    console.error('No test ran')
    process.exitCode = 1
  }
}
