import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'

const root = join(import.meta.dirname, '..')
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
// The others are servers, or hand what they are given to Node and Playwright.
const ours = Object.entries<string>(scripts).filter(
  ([name, line]) => line.startsWith('node -r ') && !/^(e2e|test:runtimes)$/.test(name),
)

describe('an option that a command does not know', () => {
  for (const [name, line] of ours) {
    it(`ends npm run ${name} with a line, before it does anything`, () => {
      const [, ...args] = line.split(' ')
      const { status, stdout, stderr } = spawnSync(process.execPath, [...args, '--unheard-of'], {
        cwd: root,
        encoding: 'utf8',
        // For whatever begins its work all the same.
        env: { ...process.env, DATABASE_URL: ':memory:' },
        timeout: 240_000,
      })
      assert.equal(stdout, '')
      assert.match(stderr, /^.*(--unheard-of|Usage: ).*\n$/)
      assert.equal(status, 1)
    })
  }
})
