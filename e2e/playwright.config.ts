import { defineConfig, devices } from 'playwright/test'
import type { Options } from './fixtures.ts'

// As root, in containers and in CI, Chromium cannot use its sandbox. The rest keeps it from calling
// home, which takes time on a closed network.
const chromiumArgs = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export default defineConfig<Options>({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../test-results',
  fullyParallel: true,
  forbidOnly: process.env.CI === 'true',
  workers: 2,
  retries: 0,
  timeout: 30_000,
  reporter: [['list']],
  use: {
    ...devices['Desktop Chrome'],
    trace: 'retain-on-failure',
    launchOptions: { executablePath: process.env.CHROMIUM_PATH, args: chromiumArgs },
  },
  projects: (['cookie', 'fs', 'memory'] as const).map((storage) => ({
    name: storage,
    use: { storage },
  })),
})
