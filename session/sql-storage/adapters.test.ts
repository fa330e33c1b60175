import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'
import { createSqlSessionStorage, sessionTable } from 'remix/session/sql-storage'
import type { SqlDatabase } from 'remix/session/sql-storage'
import { lookInto, playRequest } from 'remix/session/testing'

const COLOR: string = 'color'
const project = path.join(import.meta.dirname, '../..')
// What README.md and the comment of SqlDatabase say that the name of a driver is.
const DRIVERS = {
  'better-sqlite3': ['sqlite', `import('better-sqlite3').Database`],
  'node:sqlite': ['sqlite', `import('node:sqlite').DatabaseSync`],
  pg: ['postgres', `import('pg').Pool`],
} as const

describe('what is printed for a driver', () => {
  let directory: string

  before(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'adapters-'))
    fs.symlinkSync(path.join(project, 'node_modules'), path.join(directory, 'node_modules'))
    fs.writeFileSync(path.join(directory, 'package.json'), '{ "type": "module" }')
    for (const [name, program] of printedPrograms()) {
      fs.writeFileSync(path.join(directory, `${name}.ts`), program)
    }
  })

  after(() => fs.rmSync(directory, { recursive: true }))

  it('type-checks', () => {
    const tsconfig = fs.readFileSync(path.join(project, 'tsconfig.json'), 'utf8')
    const { compilerOptions } = JSON.parse(tsconfig) as { compilerOptions: object }
    const config = {
      // A program that shows how something is made does not use it.
      compilerOptions: { ...compilerOptions, noUnusedLocals: false },
      include: ['*.ts'],
    }
    fs.writeFileSync(path.join(directory, 'tsconfig.json'), JSON.stringify(config))
    const tsc = path.join(project, 'node_modules/typescript/bin/tsc')
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', directory], {
      encoding: 'utf8',
    })
    assert.equal(stdout, '')
    assert.equal(status, 0)
  })

  for (const [driver, open] of [
    ['better-sqlite3', () => new Database(':memory:')],
    ['node:sqlite', () => new DatabaseSync(':memory:')],
  ] as const) {
    it(`keeps sessions with ${driver}`, async (t) => {
      const sqlite = open()
      t.after(() => sqlite.close())
      for (const statement of sessionTable('sqlite')) sqlite.exec(statement)
      for (const place of ['README', 'comment']) {
        const file = path.join(directory, `${place} ${fileNameOf(driver)}.ts`)
        const { create } = (await import(pathToFileURL(file).href)) as {
          create(driver: typeof sqlite): SqlDatabase
        }
        const storage = createSqlSessionStorage(create(sqlite), { purgeInterval: 0 })
        const first = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
        const second = await playRequest(storage, first, (session) => session.regenerateId())
        assert.deepEqual(await lookInto(storage, second), { [COLOR]: 'red' })
        await playRequest(storage, second, (session) => session.destroy())
        assert.deepEqual(await lookInto(storage, second), {})
      }
    })
  }
})

/** Each of the adapters as a program for each of its drivers, and the first example as it is. */
function printedPrograms(): [name: string, program: string][] {
  const readme = fs.readFileSync(path.join(project, 'session/README.md'), 'utf8')
  const section = /\n### SQL\n(.*?)\n### /s.exec(readme)![1]!
  const [example, ...others] = [...section.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!)
  const source = fs.readFileSync(path.join(import.meta.dirname, 'statements.ts'), 'utf8')
  const comment = /```ts\n(.*?) \* ```/s.exec(source)![1]!.replace(/^ \* /gm, '')
  const programs = [
    ...others.flatMap((code) => programsOf('README', code)),
    ...programsOf('comment', comment),
  ]
  // Two of the README, three of the comment: none was overlooked.
  assert.equal(programs.length, 5)
  return [['README', example!], ...programs]
}

function programsOf(place: string, code: string): [name: string, program: string][] {
  const adapters = code.split(/^(?=const database)/m).filter((part) => part.startsWith('const'))
  return adapters.flatMap((adapter) => {
    const variable = /\b(\w+)\.(?:query|prepare)\(/.exec(adapter)![1]!
    const drivers = Object.entries(DRIVERS).filter(([, [dialect]]) =>
      adapter.includes(`'${dialect}'`),
    )
    return drivers.map(([driver, [, type]]): [string, string] => [
      `${place} ${fileNameOf(driver)}`,
      `import type { SqlDatabase } from 'remix/session/sql-storage'
      export function create(${variable}: ${type}): SqlDatabase {
        ${adapter}
        return database
      }`,
    ])
  })
}

function fileNameOf(driver: string): string {
  return driver.replace(':', ' ')
}
