import type { Database } from '../../db/database.ts'
import { sqliteOf } from '../../db/testing.ts'

/** The statements that the database of a test shop runs meanwhile. */
export async function queriesOf(db: Database, ask: () => Promise<unknown>): Promise<string[]> {
  const statement = Object.getPrototypeOf(sqliteOf(db).prepare('select 1'))
  const asked: string[] = []
  const originals = ['all', 'get', 'run'].map((name) => [name, statement[name]] as const)
  for (const [name, run] of originals) {
    statement[name] = function (...values: unknown[]) {
      asked.push(this.source)
      return run.apply(this, values)
    }
  }
  try {
    await ask()
  } finally {
    for (const [name, run] of originals) statement[name] = run
  }
  // Without those that ask whether anything was written, which read no table.
  return asked.filter((text) => !/^pragma data_version|total_changes/.test(text))
}
