import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { createNetworks } from './networks.ts'
import { makeTemporaryFolder } from './shop-process.ts'
import type { Place } from './shop-process.ts'

const project = path.join(import.meta.dirname, '..')
const parts = ['app', 'db', 'public', 'session', 'package.json']

/** What several servers have that are on machines of their own. */
export interface Machines {
  /** One for each server: its own copy of the shop and, where there can be one, its own network. */
  places: Place[]
  /** Where they reach this process. */
  gateway: string
  /** Why they have no networks of their own. */
  oneNetwork?: string
  remove(): void
}

export function createMachines(count: number): Machines {
  const folder = makeTemporaryFolder('machines-')
  const folders = Array.from({ length: count }, (_, index) => path.join(folder, `${index + 1}`))
  for (const copy of folders) copyShop(copy)
  const networks = createNetworks(count)
  const hasNetworks = typeof networks !== 'string'
  const here = { host: '127.0.0.1', command: [] }
  return {
    places: folders.map((folder, index) => {
      return { folder, ...(hasNetworks ? networks.places[index]! : here) }
    }),
    gateway: hasNetworks ? networks.gateway : here.host,
    ...(!hasNetworks && { oneNetwork: networks }),
    remove() {
      if (hasNetworks) networks.remove()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** All of the shop but the packages, which nobody writes to. */
function copyShop(folder: string): void {
  for (const part of parts) {
    cpSync(path.join(project, part), path.join(folder, part), {
      recursive: true,
      filter: (name) => !/node_modules|\.sqlite/.test(path.relative(project, name)),
    })
  }
  const packages = path.join(folder, 'node_modules')
  mkdirSync(packages)
  for (const name of readdirSync(path.join(project, 'node_modules'))) {
    if (name.startsWith('.') || name === 'remix') continue
    symlinkSync(path.join(project, 'node_modules', name), path.join(packages, name))
  }
  symlinkSync('../session', path.join(packages, 'remix'))
}

/** Gives a copy of the shop a version that changes the tables of PostgreSQL. */
export function addMigration(folder: string, name: string, statement: string): void {
  const migrations = path.join(folder, 'db/migrations-postgres')
  const file = path.join(migrations, 'meta/_journal.json')
  const journal = JSON.parse(readFileSync(file, 'utf8')) as { entries: JournalEntry[] }
  const last = journal.entries.at(-1)!
  journal.entries.push({ ...last, idx: last.idx + 1, when: last.when + 1, tag: name })
  writeFileSync(file, JSON.stringify(journal))
  writeFileSync(path.join(migrations, `${name}.sql`), statement)
}

interface JournalEntry {
  idx: number
  when: number
  tag: string
}
