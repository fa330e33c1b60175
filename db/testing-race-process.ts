import { openDatabase } from './connect.ts'
import type { Race } from './testing-race.ts'

const race = JSON.parse(process.argv[2]!) as Race
const [module, name] = race.call
const { [name]: run } = await import(module)
const before = race.database ? [openDatabase(race.database)] : []

process.once('message', (calls: unknown[][]) => {
  process.send!(calls.map((args) => run(...before, ...args)))
})
process.send!('ready')
