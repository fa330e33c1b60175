// Finds or gets a browser, then runs Playwright with the arguments that it was given.
//
//   npm run e2e
//   npm run e2e -- --project=fs

import { spawnSync } from 'node:child_process'
import { skipWithoutRedis } from 'remix/session/testing/redis-server'
import { findOrGetBrowser, playwrightProgram } from './find-browser.ts'

let browser: string
try {
  browser = findOrGetBrowser()
} catch (error) {
  console.error((error as Error).message)
  process.exit(1)
}

if (skipWithoutRedis !== false) console.log(`Not on Redis: ${skipWithoutRedis}`)

const { status } = spawnSync(
  process.execPath,
  [playwrightProgram, 'test', '--config', 'e2e/playwright.config.ts', ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, CHROMIUM_PATH: browser } },
)
process.exit(status ?? 1)
