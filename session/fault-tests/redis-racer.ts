// A process that reads many sessions and then saves them, some at a time, when it is told to:
// `redis-racer.ts <url> <role>`. It answers how many of them were gone already.
import { createClient } from 'redis'
import { createRedisSessionStorage } from '../redis-storage.ts'
import { SessionEndedError } from '../session.ts'
import type { Session } from '../session.ts'

export type RaceOrder = { read: string[] } | { save: { from: number; to: number } }

const [url, role] = process.argv.slice(2) as [string, string]
const client = createClient({ url })
await client.connect()
// A busy machine is no failure here.
const storage = createRedisSessionStorage(client, { timeout: 60_000 })

const WORK: Record<string, (session: Session) => void> = {
  destroy: (session) => session.destroy(),
  save: (session) => session.set('late' as string, 'x'.repeat(500)),
  merge: (session) => session.merge('merged' as string, { some: 1 }),
  replace: (session) => session.regenerateId(),
}

let sessions: Session[] = []

process.on('message', async (order: RaceOrder) => {
  process.send!('read' in order ? await prepare(order.read) : await save(order.save))
})
process.on('disconnect', () => client.destroy())

async function prepare(ids: string[]): Promise<number> {
  sessions = await Promise.all(ids.map((id) => storage.read(id)))
  const work = WORK[role] ?? ((session: Session) => session.set(role, 1))
  for (const session of sessions) work(session)
  return 0
}

// In an order of its own, so that of each session now this process is first and now another.
async function save({ from, to }: { from: number; to: number }): Promise<number> {
  const some = sessions.slice(from, to).sort(() => Math.random() - 0.5)
  const saves = await Promise.all(some.map(isSaved))
  return saves.filter((saved) => !saved).length
}

/** Whether the session was there, under this id. */
async function isSaved(session: Session): Promise<boolean> {
  try {
    return (await storage.save(session)) !== '' || role === 'destroy'
  } catch (error) {
    if (error instanceof SessionEndedError) return false
    throw error
  }
}
