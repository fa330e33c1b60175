import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { EXAMPLES } from './fixtures/documented-examples.ts'
import type { Example } from './fixtures/documented-examples.ts'
import { SECRET, testExamples } from './fixtures/examples-at-work.ts'

// An example of a storage that was taken out goes with it.
const entries = JSON.parse(
  fs.readFileSync(path.join(import.meta.dirname, 'package.json'), 'utf8'),
) as { exports: Record<string, string> }
const examples = new Set((Object.keys(EXAMPLES) as Example[]).filter(hasAllImports))
const app: Example[] = ['app/server', 'app/session']
if (!app.every((name) => examples.has(name))) app.forEach((name) => examples.delete(name))

function hasAllImports(name: Example): boolean {
  const imports = [...EXAMPLES[name].matchAll(/from 'remix(\/.+)'/g)]
  return imports.every(([, entry]) => Object.hasOwn(entries.exports, `.${entry}`))
}

let directory: string
const cwd = process.cwd()

before(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'documentation-'))
  fs.symlinkSync(path.join(projectRoot(), 'node_modules'), path.join(directory, 'node_modules'))
  fs.writeFileSync(path.join(directory, 'package.json'), '{ "type": "module" }')
  fs.mkdirSync(path.join(directory, 'app'))
  for (const name of examples) {
    fs.writeFileSync(path.join(directory, `${name}.ts`), EXAMPLES[name])
  }
  process.chdir(directory)
  process.env['SESSION_SECRET'] = SECRET
})

after(() => {
  process.chdir(cwd)
  fs.rmSync(directory, { recursive: true })
})

describe('the documentation', () => {
  it('type-checks as printed', () => {
    const { compilerOptions } = JSON.parse(
      fs.readFileSync(path.join(projectRoot(), 'tsconfig.json'), 'utf8'),
    ) as { compilerOptions: object }
    const config = {
      // Examples name what they do not use.
      compilerOptions: { ...compilerOptions, noUnusedLocals: false },
      include: ['**/*.ts'],
    }
    fs.writeFileSync('tsconfig.json', JSON.stringify(config))
    const tsc = path.join(projectRoot(), 'node_modules/typescript/bin/tsc')
    const { status, stdout } = spawnSync(process.execPath, [tsc], { encoding: 'utf8' })
    assert.equal(stdout, '')
    assert.equal(status, 0)
  })

  testExamples(
    (name) => import(pathToFileURL(path.join(directory, `${name}.ts`)).href),
    (name) => examples.has(name),
  )
})

function projectRoot(): string {
  return path.dirname(import.meta.dirname)
}
