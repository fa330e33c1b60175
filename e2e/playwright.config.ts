import { existsSync } from 'node:fs'
import { firefox, webkit } from 'playwright'
import { defineConfig, devices } from 'playwright/test'
import { skipWithoutRedis } from 'remix/session/testing/redis-server'
import { anyStorage } from './fixtures.ts'
import type { Options } from './fixtures.ts'
import { chromiumArgs } from './launch-browser.ts'
import type { Storage } from './server.ts'

const chrome = {
  ...devices['Desktop Chrome'],
  launchOptions: { executablePath: process.env.CHROMIUM_PATH, args: chromiumArgs },
}

const storages: Storage[] = ['cookie', 'fs', 'memory']
if (skipWithoutRedis === false) storages.push('redis')

export default defineConfig<Options>({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../test-results',
  fullyParallel: true,
  forbidOnly: process.env.CI === 'true',
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    // A page is there when it is there, not after a transition.
    contextOptions: { reducedMotion: 'reduce' },
    // Snapshots show what a failed test saw; filming every test would slow all of them down.
    trace: { mode: 'retain-on-failure', screenshots: false, sources: true },
  },
  projects: [
    ...storages.map((storage) => ({
      name: storage,
      use: { ...chrome, storage },
      grepInvert: storage === 'fs' ? [] : new RegExp(anyStorage),
    })),
    // The other browsers keep cookies in their own ways; the storages do not differ in that.
    ...(existsSync(firefox.executablePath())
      ? [{ name: 'firefox', use: { ...devices['Desktop Firefox'], storage: 'fs' as const } }]
      : []),
    ...(existsSync(webkit.executablePath())
      ? [{ name: 'webkit', use: { ...devices['Desktop Safari'], storage: 'fs' as const } }]
      : []),
  ],
})
