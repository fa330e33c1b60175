import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** The folder of the package's sources. */
export const SOURCES = path.dirname(import.meta.dirname)
export const REPOSITORY = path.dirname(SOURCES)
// `hash` of node:crypto came with 20.12.
const ENGINES = { node: '>=20.12' }

interface Manifest {
  name: string
  version: string
  exports: Record<string, string>
  [field: string]: unknown
}

/** What was built: the tarball, and the paths in it with their sizes in bytes. */
export interface Packed {
  tarball: string
  bytes: number
  files: Map<string, number>
}

/**
 * Builds the package for others: JavaScript with source maps, declarations, README and license, as a
 * tarball. What is built is what `exports` leads to, so no test and no benchmark is in it.
 *
 * @param out The folder that gets the tarball
 */
export function buildPackage(out: string): Packed {
  const staging = fs.mkdtempSync(path.join(os.tmpdir(), 'package-'))
  try {
    const manifest = readManifest()
    compile(Object.values(manifest.exports), staging)
    for (const page of ['README.md', 'MOVING.md']) {
      fs.copyFileSync(path.join(SOURCES, page), path.join(staging, page))
    }
    fs.copyFileSync(path.join(REPOSITORY, 'LICENSE'), path.join(staging, 'LICENSE'))
    fs.writeFileSync(
      path.join(staging, 'package.json'),
      `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`,
    )
    fs.mkdirSync(out, { recursive: true })
    const [packed] = JSON.parse(
      run('npm', ['pack', '--json', '--pack-destination', out], staging),
    ) as { filename: string; size: number; files: { path: string; size: number }[] }[]
    return {
      tarball: path.join(out, packed!.filename),
      bytes: packed!.size,
      files: new Map(packed!.files.map((file) => [file.path, file.size])),
    }
  } finally {
    fs.rmSync(staging, { recursive: true })
  }
}

/** Runs a program to its end. What it printed is the error where it failed. */
export function run(program: string, args: string[], cwd: string, env = process.env): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  })
  if (status === 0) return stdout
  throw error ?? new Error(`${program} ${args.join(' ')} failed\n${stdout}\n${stderr}`)
}

// What this repository alone imports by name stays here.
function readManifest(): Manifest {
  const text = fs.readFileSync(path.join(SOURCES, 'package.json'), 'utf8')
  const manifest = JSON.parse(text) as Manifest
  const exports = Object.entries(manifest.exports).filter(
    ([, file]) => !file.includes('/fixtures/'),
  )
  return { ...manifest, exports: Object.fromEntries(exports) }
}

function compile(entries: string[], out: string): void {
  const config = path.join(out, 'tsconfig.json')
  const compilerOptions = {
    rootDir: SOURCES,
    outDir: out,
    declaration: true,
    sourceMap: true,
    inlineSources: true,
    rewriteRelativeImportExtensions: true,
    target: 'es2022',
    // No more than the oldest Node knows, and clean under settings that this repository has not.
    lib: ['es2022', 'dom', 'dom.iterable'],
    exactOptionalPropertyTypes: true,
    noPropertyAccessFromIndexSignature: true,
    noUncheckedIndexedAccess: true,
    strict: true,
    verbatimModuleSyntax: true,
    module: 'nodenext',
    types: ['node'],
    typeRoots: [path.join(REPOSITORY, 'node_modules/@types')],
  }
  const files = entries.map((entry) => path.join(SOURCES, entry))
  fs.writeFileSync(config, JSON.stringify({ compilerOptions, files }))
  run(process.execPath, [path.join(REPOSITORY, 'node_modules/typescript/bin/tsc')], out)
  fs.rmSync(config)
  for (const file of fs.readdirSync(out, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.d.ts')) rewriteSpecifiers(path.join(out, file))
  }
}

// The compiler rewrites them in JavaScript alone.
function rewriteSpecifiers(declaration: string): void {
  const text = fs.readFileSync(declaration, 'utf8')
  const rewritten = text.replace(/((?:from|import\()\s*'\.{1,2}\/[^']*)\.ts'/g, "$1.js'")
  fs.writeFileSync(declaration, rewritten)
}

function publishedManifest(manifest: Manifest): Manifest {
  const exports = Object.entries(manifest.exports).map(([name, source]) => {
    const module = source.replace(/\.ts$/, '')
    return [name, { types: `${module}.d.ts`, default: `${module}.js` }]
  })
  const published = { ...manifest, exports: Object.fromEntries(exports), engines: ENGINES }
  return { ...published, private: undefined }
}
