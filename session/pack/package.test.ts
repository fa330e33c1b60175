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

  it('leads nowhere from its pages but to what it holds', () => {
    for (const page of ['README.md', 'MOVING.md']) {
      const text = fs.readFileSync(
        path.join(consumer.directory, 'node_modules/remix', page),
        'utf8',
      )
      const links = [...text.matchAll(/\]\((?!https:|#)([^)#]+)/g)].map(([, link]) => link!)
      const missing = links.filter((link) => !packed.files.has(link))
      assert.deepEqual(missing, [], page)
    }
  })

  it('keeps sessions in cookies with as little code as its README says', () => {
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
    const readme = fs.readFileSync(path.join(import.meta.dirname, '../README.md'), 'utf8')
    const said = Number(/take ([\d.]+) KB of a bundle, gzipped/.exec(readme)?.[1])
    const kilobytes = length / 1024
    assert.ok(Math.abs(kilobytes - said) < 0.2, `${kilobytes.toFixed(1)} KB, and it says ${said}`)
  })

  for (const [name, settings] of Object.entries(SETTINGS)) {
    it(`has types that are clean under ${name}`, () => consumer.compile(settings))
  }

  it('has types that can be named, where declarations are made of what others export of it', () => {
    consumer.declare()
  })

  it('passes the suite of storages and runs what is documented where it is installed', () => {
    consumer.compile(SETTINGS['nodenext with the types of Node']!)
    run(process.execPath, ['--test', ...consumer.tests], consumer.directory, {
      ...process.env,
      NODE_TEST_CONTEXT: undefined,
      NODE_COMPILE_CACHE: path.join(consumer.directory, 'compiled'),
    })
  })
})
