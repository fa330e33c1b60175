// A process that reads many sessions and then saves one after the other, each when it is told to:
// `racer.ts <directory> <role>`.
import { createFsSessionStorage } from '../fs-storage.ts'
import { SessionEndedError } from '../session.ts'
import type { Session } from '../session.ts'

export type RaceOrder = { read: string[] } | { save: number }
/** What a save said: the session has a new id by now (`gone`), or has ended (`refused`). */
export type RaceAnswer = 'ready' | 'saved' | 'gone' | 'refused'

const [directory, role] = process.argv.slice(2) as [string, string]
const storage = createFsSessionStorage(directory, { purgeInterval: 0 })
// About what a save takes, so that now the one process is first and now the other.
const JITTER_MS = 0.3

const WORK: Record<string, (session: Session) => void> = {
  destroy: (session) => session.destroy(),
  save: (session) => session.set('late' as string, 'x'.repeat(500)),
  replace: (session) => session.regenerateId(),
}

let sessions: Session[] = []

process.on('message', async (order: RaceOrder) => {
  process.send!('read' in order ? await prepare(order.read) : await save(order.save))
})

async function prepare(ids: string[]): Promise<RaceAnswer> {
  sessions = await Promise.all(ids.map((id) => storage.read(id)))
  const work = WORK[role] ?? ((session: Session) => session.set(role, 1))
  for (const session of sessions) work(session)
  return 'ready'
}

async function save(index: number): Promise<RaceAnswer> {
  const start = performance.now() + Math.random() * JITTER_MS
  while (performance.now() < start);
  try {
    return (await storage.save(sessions[index]!)) === '' ? 'gone' : 'saved'
  } catch (error) {
    if (error instanceof SessionEndedError) return 'refused'
    throw error
  }
}
