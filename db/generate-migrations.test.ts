import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'

const project = path.join(import.meta.dirname, '..')

test('npm run db:generate fails where drizzle-kit made nothing of a change', (t) => {
  const copy = mkdtempSync(path.join(tmpdir(), 'db-generate-'))
  t.after(() => rmSync(copy, { recursive: true }))
  for (const name of ['package.json', 'drizzle.config.ts', 'drizzle.postgres.config.ts']) {
    cpSync(path.join(project, name), path.join(copy, name))
  }
  cpSync(import.meta.dirname, path.join(copy, 'db'), {
    recursive: true,
    filter: (file) => !file.includes('.sqlite'),
  })
  symlinkSync(path.join(project, 'node_modules'), path.join(copy, 'node_modules'), 'junction')
  // What is compiled goes with the copy.
  const env = { ...process.env, NODE_COMPILE_CACHE: path.join(copy, 'compiled') }
  const generate = () =>
    spawnSync(process.execPath, ['db/generate-migrations.ts'], { cwd: copy, encoding: 'utf8', env })

  assert.equal(generate().status, 0)
  const schema = path.join(copy, 'db', 'schema.ts')
  const renamed = readFileSync(schema, 'utf8').replace('userAgent: text()', 'browser: text()')
  writeFileSync(schema, renamed)
  const { status, stderr } = generate()
  assert.equal(status, 1)
  assert.match(stderr, /no migration for what changed in the schema that drizzle\.config\.ts names/)
})
