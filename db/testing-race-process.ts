import { openDatabase } from './connect.ts'
import { SqliteEngine } from './sqlite-engine.ts'
import type { Race } from './testing-race.ts'

const race = JSON.parse(process.argv[2]!) as Race
const [module, name] = race.call
const { [name]: run } = await import(module)
const before = race.database ? [await openDatabase(race.database)] : []
// On a busy machine one of them may get no turn for longer than a shop would wait.
for (const { engine } of before) {
  if (engine instanceof SqliteEngine) engine.client.pragma('busy_timeout = 60000')
}

process.once('message', async (calls: unknown[][]) => {
  const answers: unknown[] = []
  for (const args of calls) answers.push(await run(...before, ...args))
  process.send!(answers)
})
process.send!('ready')
