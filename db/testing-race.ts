import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

import { closeDatabase, openDatabase } from './connect.ts'

export interface Race {
  /** A function of a module of this folder. */
  call: [module: string, name: string]
  /** Opened by each process and passed before the arguments. */
  database?: string
  /** How many processes run. */
  processes: number
}

/**
 * Makes calls with each of the lists of arguments, dealt out to several processes that start
 * together. Answers what was returned, in the order of the lists.
 */
export async function raceProcesses<Result>(race: Race, calls: unknown[][]): Promise<Result[]> {
  const script = new URL('./testing-race-process.ts', import.meta.url)
  const children = Array.from({ length: race.processes }, () =>
    fork(script, [JSON.stringify(race)], { serialization: 'advanced' }),
  )
  try {
    await Promise.all(children.map((child) => answerOf(child)))
    const shares = await Promise.all(
      children.map((child, index) => {
        child.send(calls.filter((_, position) => position % race.processes === index))
        return answerOf(child) as Promise<Result[]>
      }),
    )
    return calls.map((_, position) => {
      return shares[position % race.processes]![Math.floor(position / race.processes)]!
    })
  } finally {
    for (const child of children) child.kill()
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`A process of the race ended with code ${code}`)
  })
  const [answer] = await Promise.race([once(child, 'message'), ended])
  return answer
}

export async function openAndClose(url: string): Promise<void> {
  await closeDatabase(await openDatabase(url))
}
