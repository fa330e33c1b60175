import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'

/** Run by `node` itself: where npx is a batch file, it cannot be spawned. */
export const playwrightProgram = fileURLToPath(
  new URL('cli.js', import.meta.resolve('playwright/package.json')),
)

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const HEADLESS_SHELLS = ['chromium-headless-shell', 'chrome-headless-shell']

/**
 * Finds a Chromium, or gets one: `CHROMIUM_PATH`, Playwright's own, the system's; failing these,
 * Playwright's download, then the package of Debian and its relatives.
 *
 * @returns The path of the browser
 * @throws Error with one line that says what to do
 */
export function findOrGetBrowser(): string {
  const given = process.env.CHROMIUM_PATH
  if (given !== undefined && given !== '') {
    if (existsSync(given)) return given
    throw new Error(`CHROMIUM_PATH is ${given}, and there is no such file`)
  }
  return findBrowser() ?? getBrowser()
}

/**
 * Finds the build of Chromium that has no windows, which does a page in half the time; failing that,
 * the browser. Some of what browsers do it does not, such as keeping the page before for Back.
 */
export function findHeadlessShell(): string {
  const isGiven = (process.env.CHROMIUM_PATH ?? '') !== ''
  return (isGiven ? undefined : findCommand(HEADLESS_SHELLS)) ?? findOrGetBrowser()
}

function findBrowser(): string | undefined {
  const own = chromium.executablePath()
  if (own && existsSync(own)) return own
  return findCommand(BROWSERS)
}

function findCommand(names: string[]): string | undefined {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .flatMap((folder) => names.map((name) => path.join(folder, name)))
    .find((file) => existsSync(file))
}

function getBrowser(): string {
  console.log('No Chromium found: trying to get one.')
  run(process.execPath, [playwrightProgram, 'install', 'chromium'])
  const downloaded = findBrowser()
  if (downloaded !== undefined) return downloaded
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    run('apt-get', ['update', '-qq'])
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'])
    const installed = findBrowser()
    if (installed !== undefined) return installed
  }
  throw new Error(
    'There is no browser to test with: install Chromium, or set CHROMIUM_PATH to the one you have.',
  )
}

function run(command: string, args: string[]): void {
  // Its failure is seen by there still being no browser; its output would only hide that line.
  spawnSync(command, args, { stdio: 'ignore', timeout: 300_000 })
}
