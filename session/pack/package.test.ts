import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { buildSync } from 'esbuild'
import { Consumer, SETTINGS } from './consumer.ts'
import { buildPackage, run } from './package.ts'
import type { Packed } from './package.ts'

describe('the package', () => {
  let out: string
  let packed: Packed
  let consumer: Consumer

  before(() => {
    out = fs.mkdtempSync(path.join(os.tmpdir(), 'packed-'))
    packed = buildPackage(out)
    consumer = new Consumer(packed.tarball)
  })

  after(() => {
    consumer?.close()
    fs.rmSync(out, { recursive: true })
  })

  it('holds what others need, and neither tests nor sources', () => {
    const names = [...packed.files.keys()]
    const kinds = new Set(names.map((name) => name.replace(/^[^.]*/, '')))
    assert.deepEqual([...kinds].sort(), ['', '.d.ts', '.js', '.js.map', '.json', '.md'])
    assert.ok(names.includes('LICENSE'))
    assert.deepEqual(
      names.filter((name) => /test\.|fixtures|bench|compare|runtimes|pack\//.test(name)),
      [],
    )
  })

  it('keeps sessions in cookies with less than 12 KB of code', (t) => {
    const entries = ['remix/cookie', 'remix/session/cookie-storage']
    const { outputFiles } = buildSync({
      stdin: {
        contents: entries.map((entry) => `export * from '${entry}'`).join('\n'),
        resolveDir: consumer.directory,
      },
      bundle: true,
      minify: true,
      format: 'esm',
      external: ['node:*'],
      write: false,
    })
    const { length } = gzipSync(outputFiles[0]!.contents, { level: 9 })
    t.diagnostic(`cookie storage and cookies, bundled: ${(length / 1024).toFixed(1)} KB gzipped`)
    assert.ok(length < 12 * 1024)
  })

  for (const [name, settings] of Object.entries(SETTINGS)) {
    it(`has types that are clean under ${name}`, () => consumer.compile(settings))
  }

  it('passes the suite of storages and runs what is documented where it is installed', () => {
    consumer.compile(SETTINGS['nodenext with the types of Node']!)
    run(process.execPath, ['--test', ...consumer.tests], consumer.directory, {
      ...process.env,
      NODE_TEST_CONTEXT: undefined,
      NODE_COMPILE_CACHE: path.join(consumer.directory, 'compiled'),
    })
  })
})
