import { closeDatabase, openDatabase } from './connect.ts'
import type { Database } from './database.ts'
import { SqliteEngine } from './sqlite-engine.ts'
import { patient } from './testing-patience.ts'
import type { Race } from './testing-race.ts'

let run: (...args: unknown[]) => unknown
let before: Database[] = []

process.on('message', async (message: Race | unknown[][]) => {
  if (Array.isArray(message)) await answer(message)
  else await prepare(message)
})

async function prepare({ call: [module, name], database }: Race): Promise<void> {
  ;({ [name]: run } = await import(module))
  before = database ? [await openDatabase(database, patient)] : []
  for (const { engine } of before) {
    if (engine instanceof SqliteEngine) engine.client.pragma('busy_timeout = 60000')
  }
  process.send!('ready')
}

async function answer(calls: unknown[][]): Promise<void> {
  const answers: unknown[] = []
  for (const args of calls) answers.push(await run(...before, ...args))
  for (const db of before) await closeDatabase(db)
  process.send!(answers)
}
