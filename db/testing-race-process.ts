import { openDatabase } from './connect.ts'
import type { Race } from './testing-race.ts'

const race = JSON.parse(process.argv[2]!) as Race
const [module, name] = race.call
const { [name]: run } = await import(module)
const before = race.database ? [await openDatabase(race.database)] : []

process.once('message', async (calls: unknown[][]) => {
  const answers: unknown[] = []
  for (const args of calls) answers.push(await run(...before, ...args))
  process.send!(answers)
})
process.send!('ready')
