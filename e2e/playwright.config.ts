import { existsSync } from 'node:fs'
import { firefox, webkit } from 'playwright'
import { defineConfig, devices } from 'playwright/test'
import type { Project } from 'playwright/test'
import { skipWithoutRedis } from 'remix/session/testing/redis-server'
import { processesAtOnce } from './at-once.ts'
import { anyStorage, eachStorage, everyStorage, notOnFiles } from './fixtures.ts'
import type { Options } from './fixtures.ts'
import { chromiumArgs } from './launch-browser.ts'
import type { Storage } from './server.ts'

const chrome = {
  ...devices['Desktop Chrome'],
  launchOptions: { executablePath: process.env.E2E_SHELL, args: chromiumArgs },
}

// Those with the most tests first, so that no worker is left with them in the end.
const storages: Storage[] = ['fs', 'cookie', 'memory', 'database']
if (skipWithoutRedis === false) storages.push('redis')

// See run.ts for what it finds. Files are enough for most: what differs is in db/ and tested there.
const { E2E_POSTGRES_URL, DATABASE_URL } = process.env
const inPostgres = (storage: Storage): boolean =>
  storage === 'database' || DATABASE_URL !== undefined

function testsOn(storage: Storage): Partial<Project> {
  if (storage === 'fs') return { grepInvert: new RegExp(notOnFiles) }
  if (storage === 'cookie' || everyStorage) return { grepInvert: new RegExp(anyStorage) }
  // So few that they are not worth a second shop.
  return { grep: new RegExp(eachStorage), workers: 1 }
}

function onFiles(name: string, device: object): Project<Options> {
  return { name, use: { ...device, storage: 'fs' }, ...testsOn('fs') }
}

export default defineConfig<Options>({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../test-results',
  fullyParallel: true,
  forbidOnly: process.env.CI === 'true',
  workers: processesAtOnce,
  retries: 0,
  // They end what hangs. On a busy machine the longest flow takes more than a minute.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  use: {
    // A page is there when it is there, not after a transition.
    contextOptions: { reducedMotion: 'reduce' },
    // A trace of every test takes a fifth more time; "--trace on" makes those of the tests that it runs.
    screenshot: 'only-on-failure',
  },
  projects: [
    ...storages.map((storage) => ({
      name: storage,
      use: {
        ...chrome,
        storage,
        ...(inPostgres(storage) && { postgresUrl: E2E_POSTGRES_URL }),
      },
      ...testsOn(storage),
    })),
    // The other browsers keep cookies in their own ways; the storages do not differ in that.
    ...(existsSync(firefox.executablePath())
      ? [onFiles('firefox', devices['Desktop Firefox'])]
      : []),
    ...(existsSync(webkit.executablePath()) ? [onFiles('webkit', devices['Desktop Safari'])] : []),
  ],
})
