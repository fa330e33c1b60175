import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { EXAMPLES } from '../fixtures/documented-examples.ts'
import { REPOSITORY, run, SOURCES } from './package.ts'

// What is tested there, besides the examples. Nothing in them knows of this repository.
const TESTS = [
  'pack/consumer/contract.ts',
  'pack/consumer/documentation.ts',
  'fixtures/documented-examples.ts',
  'fixtures/examples-at-work.ts',
  'fs-storage/fixtures/temporary-sessions.ts',
  'types.test.ts',
  'device-binding/fixtures/device.ts',
  'device-binding/fixtures/server.ts',
  'device-binding/device-binding.test.ts',
  'device-binding/refresh.test.ts',
  'device-binding/registration.test.ts',
]

/** Compiler options of a project that are of interest. */
type Settings = Record<string, unknown>

/** How a consumer's project may be set; what is not said is as `tsc --init` has it. */
export const SETTINGS: Record<string, Settings> = {
  'nodenext, the strictest, es2022 and without the types of Node': {
    module: 'nodenext',
    exactOptionalPropertyTypes: true,
    noPropertyAccessFromIndexSignature: true,
    noUncheckedIndexedAccess: true,
    noImplicitOverride: true,
    noImplicitReturns: true,
    isolatedModules: true,
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: [],
  },
  'nodenext with the types of Node': { module: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
}

// Stands in for the types of Node where there are none: the tests use it, the package must not.
const WITHOUT_NODE = `
declare module 'node:*'
declare module 'node:test' {
  type Test = { after(clean: () => unknown): void }
  export function it(name: string, test: (t: Test) => unknown): void
  export function describe(name: string, tests: () => unknown): void
}
declare module 'node:assert/strict' {
  const assert: any
  export default assert
}
declare const process: { env: { NODE_ENV?: string; SESSION_SECRET?: string } }
`

// What functions answer, and what classes make, with its members one by one.
const RESULTS_OF = `
function resultsOf<module>(module: module): {
  [name in keyof module]: module[name] extends (...given: never[]) => infer result
    ? { [member in keyof Awaited<result>]: Awaited<result>[member] }
    : module[name] extends abstract new (...given: never[]) => infer instance
      ? { [member in keyof instance]: instance[member] }
      : module[name]
} {
  return module as never
}
`

/** The TypeScript in the README, from top to bottom. */
export function readmePrograms(): string[] {
  const readme = fs.readFileSync(path.join(SOURCES, 'README.md'), 'utf8')
  return [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, program]) => program!)
}

/** Somebody's project, empty but for the installed package and the tests of it. */
export class Consumer {
  readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), 'consumer-'))

  /** @param tarball What `buildPackage` made */
  constructor(tarball: string) {
    this.write('package.json', '{ "private": true, "type": "module" }')
    // What the package depends on is taken from here, so that no registry is asked.
    const dependencies = ['fetch-router', 'route-pattern'].map((name) =>
      path.join(REPOSITORY, 'node_modules/@remix-run', name),
    )
    const options = ['--offline', '--install-links', '--no-audit', '--no-fund', '--ignore-scripts']
    run('npm', ['install', ...options, tarball, ...dependencies], this.directory)
    for (const test of TESTS) {
      this.write(`src/${test}`, fs.readFileSync(path.join(SOURCES, test), 'utf8'))
    }
    for (const [name, code] of Object.entries(EXAMPLES)) this.write(`src/${name}.ts`, code)
    this.write('src/readme.ts', `${readmePrograms()[0]}\nexport { router }\n`)
  }

  /**
   * Compiles the tests and examples with the package's declarations, all of which are checked.
   *
   * @param compiler The compiler's program
   */
  compile(settings: Settings, compiler = path.join(REPOSITORY, 'node_modules/typescript/bin/tsc')) {
    const isWithoutNode = Array.isArray(settings['types'])
    this.write('src/without-node.d.ts', isWithoutNode ? WITHOUT_NODE : '')
    const compilerOptions = {
      rootDir: 'src',
      outDir: 'dist',
      strict: true,
      skipLibCheck: false,
      target: 'es2022',
      rewriteRelativeImportExtensions: true,
      types: ['node'],
      typeRoots: [path.join(REPOSITORY, 'node_modules/@types')],
      ...settings,
    }
    // Its tests make keys with Node.
    const exclude = isWithoutNode ? ['src/device-binding'] : []
    this.write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['src'], exclude }))
    run(process.execPath, [compiler], this.directory)
  }

  /** Compiles declarations of what exports all that the package does, and all that its functions answer. */
  declare(): void {
    const manifest = fs.readFileSync(
      path.join(this.directory, 'node_modules/remix/package.json'),
      'utf8',
    )
    const { exports } = JSON.parse(manifest) as { exports: Record<string, unknown> }
    // Types of the router are its own; a middleware is one of them.
    const entries = Object.keys(exports).filter((entry) => !/router|middleware/.test(entry))
    const modules = entries.map(
      (entry, i) =>
        `import * as module${i} from 'remix${entry.slice(1)}'\n` +
        `export const exported${i} = { ...module${i} }\n` +
        `export const results${i} = resultsOf(module${i})\n`,
    )
    this.write('declared/declared.ts', RESULTS_OF + modules.join(''))
    const compilerOptions = {
      outDir: 'out',
      rootDir: '.',
      declaration: true,
      strict: true,
      target: 'es2022',
      module: 'nodenext',
      types: ['node'],
      typeRoots: [path.join(REPOSITORY, 'node_modules/@types')],
    }
    this.write('declared/tsconfig.json', JSON.stringify({ compilerOptions }))
    const compiler = path.join(REPOSITORY, 'node_modules/typescript/bin/tsc')
    run(process.execPath, [compiler, '-p', 'declared'], this.directory)
  }

  /** Installs further packages, from the registry. */
  install(packages: string[]): void {
    run(
      'npm',
      ['install', '--prefer-offline', '--no-audit', '--no-fund', ...packages],
      this.directory,
    )
  }

  /** The compiled tests, to be run in the consumer's directory. */
  get tests(): string[] {
    return TESTS.filter((name) => !name.includes('fixtures/')).map(
      (name) => `dist/${name.replace(/\.ts$/, '.js')}`,
    )
  }

  close(): void {
    fs.rmSync(this.directory, { recursive: true })
  }

  write(name: string, text: string): void {
    const file = path.join(this.directory, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, text)
  }
}
