import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { it } from 'node:test'
import { childEnvironment } from '../fixtures/processes.ts'
import { permissionFor, withoutLinks } from './fixtures/node-options.ts'
import { temporaryDirectory } from '../fixtures/temporary-directory.ts'

const SUITE = path.join(import.meta.dirname, 'storage.test.ts')

// The suite that every storage passes, in a process that may do less.
for (const [where, options] of [
  ['under the permission model of Node, without symbolic links', permissionFor],
  ['where there are no links at all', () => withoutLinks],
] as [string, (directory: string) => string[]][]) {
  it(`sessions are made, changed, replaced and destroyed ${where}`, (t) => {
    const directory = temporaryDirectory(t)
    const args = [...options(directory), '--test-name-pattern=/^fs storage(?! in)/', SUITE]
    const env = { ...childEnvironment(), TMPDIR: directory }
    const { status, stdout } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
    assert.equal(status, 0, stdout)
    assert.match(stdout, /pass [1-9]\d/)
  })
}
