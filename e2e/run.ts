// Finds or gets a browser, then runs Playwright with the arguments that it was given.
//
//   npm run e2e
//   npm run e2e -- --project=fs
//   EVERY_STORAGE=1 npm run e2e             each flow on each storage, as .ci/run does
//   DATABASE_URL=postgres://user@localhost/postgres npm run e2e     all of it on that PostgreSQL
//   WITHOUT_POSTGRES=1 npm run e2e -- --project=database            sessions in a SQLite file
//
// The storage "database" is tried on a PostgreSQL where there is one.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { skipWithoutPostgres, startPostgres } from 'remix/session/testing/postgres-server'
import { skipWithoutRedis } from 'remix/session/testing/redis-server'
import { isPostgresUrl } from '../db/database-url.ts'
import { findHeadlessShell, findOrGetBrowser, playwrightProgram } from './find-browser.ts'

let browsers: Record<string, string>
try {
  browsers = { E2E_SHELL: findHeadlessShell(), CHROMIUM_PATH: findOrGetBrowser() }
} catch (error) {
  console.error((error as Error).message)
  process.exit(1)
}

if (skipWithoutRedis !== false) console.log(`Not on Redis: ${skipWithoutRedis}`)
if (skipWithoutPostgres !== false) console.log(`Not on PostgreSQL: ${skipWithoutPostgres}`)

const { DATABASE_URL: given } = process.env
if (given !== undefined && !isPostgresUrl(given)) {
  console.error('DATABASE_URL has to be the address of a PostgreSQL here, or not to be set')
  process.exit(1)
}
const server = !given && skipWithoutPostgres === false ? await startPostgres() : undefined
try {
  const args = ['test', '--config', 'e2e/playwright.config.ts', ...process.argv.slice(2)]
  const child = spawn(process.execPath, [playwrightProgram, ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...browsers, E2E_POSTGRES_URL: given ?? server?.url() },
  })
  const [status] = (await once(child, 'exit')) as [number | null]
  process.exitCode = status ?? 1
} finally {
  await server?.remove()
}
