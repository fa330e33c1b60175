import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { it } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { projectFolder } from '../config.ts'

const imported =
  /^(?:import|export)\s+(?!type\b)(?:[^'"]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)|\brequire\('([^']+)'\)/gm

/** The packages that these files load, themselves or by others of the project. */
function packagesOf(entries: string[]): Set<string> {
  const packages = new Set<string>()
  const files = new Set(entries)
  for (const file of files) {
    for (const [, ...found] of readFileSync(file, 'utf8').matchAll(imported)) {
      const name = found.find((specifier) => specifier !== undefined)!
      if (isBuiltin(name)) continue
      if (/^(?:\.|#|remix\/)/.test(name)) {
        const url = name.startsWith('.')
          ? new URL(name, pathToFileURL(file)).href
          : import.meta.resolve(name)
        if (!url.endsWith('.json')) files.add(fileURLToPath(url))
      } else packages.add(name.split('/', name.startsWith('@') ? 2 : 1).join('/'))
    }
  }
  return packages
}

it('has all that the shop and its commands load, without what tests need', () => {
  const { dependencies } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8'))
  const commands = globSync('app/{server,commands/*}.ts', {
    cwd: projectFolder,
    exclude: (name) => name.endsWith('.test.ts'),
  })
  assert.ok(commands.length > 3, 'the commands were not found')
  const loaded = packagesOf(commands.map((file) => join(projectFolder, file)))
  for (const known of ['better-sqlite3', 'drizzle-orm']) {
    assert.ok(loaded.has(known), `${known} was not looked for`)
  }
  assert.deepEqual(
    [...loaded].filter((name) => !(name in dependencies)),
    [],
  )
})
