import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

import { closeDatabase, openDatabase } from './connect.ts'
import { patient } from './testing-patience.ts'

export interface Race {
  /** A function of a module of this folder. */
  call: [module: string, name: string]
  /** Opened by each process and passed before the arguments. */
  database?: string
  /** How many processes run. */
  processes: number
}

// From races before. The start of one takes longer than most races, and it ends with us.
const idle: ChildProcess[] = []

/**
 * Makes calls with each of the lists of arguments, dealt out to several processes that start
 * together. Answers what was returned, in the order of the lists.
 */
export async function raceProcesses<Result>(race: Race, calls: unknown[][]): Promise<Result[]> {
  const children = Array.from({ length: race.processes }, () => idle.pop() ?? startProcess())
  try {
    await Promise.all(children.map((child) => ask(child, race)))
    const shares = await Promise.all(
      children.map((child, index) => {
        const share = calls.filter((_, position) => position % race.processes === index)
        return ask(child, share) as Promise<Result[]>
      }),
    )
    idle.push(...children)
    return calls.map((_, position) => {
      return shares[position % race.processes]![Math.floor(position / race.processes)]!
    })
  } catch (error) {
    for (const child of children) child.kill()
    throw error
  }
}

function startProcess(): ChildProcess {
  const script = new URL('./testing-race-process.ts', import.meta.url)
  return fork(script, { serialization: 'advanced' })
}

/** Sends a message and waits for the answer; meanwhile the process keeps ours alive. */
async function ask(child: ChildProcess, message: Race | unknown[][]): Promise<unknown> {
  const waiting = new AbortController()
  const { signal } = waiting
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`A process of the race ended with code ${code}`)
  })
  child.ref()
  child.channel!.ref()
  try {
    child.send(message)
    const [answer] = await Promise.race([once(child, 'message', { signal }), ended])
    return answer
  } finally {
    waiting.abort()
    child.unref()
    child.channel?.unref()
  }
}

export async function openAndClose(url: string): Promise<void> {
  await closeDatabase(await openDatabase(url, patient))
}
