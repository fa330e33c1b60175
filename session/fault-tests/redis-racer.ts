// A process that reads many sessions and then saves one after the other, each when it is told to:
// `redis-racer.ts <url> <role>`. It answers each order with whether that session was still there.
import { createClient } from 'redis'
import { createRedisSessionStorage } from '../redis-storage.ts'
import type { Session } from '../session.ts'

export type RaceOrder = { read: string[] } | { save: number }

const [url, role] = process.argv.slice(2) as [string, string]
const client = createClient({ url })
await client.connect()
const storage = createRedisSessionStorage(client)
// About what a save takes, so that now this process is first and now another.
const JITTER_MS = 0.5

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

async function prepare(ids: string[]): Promise<boolean> {
  sessions = await Promise.all(ids.map((id) => storage.read(id)))
  const work = WORK[role] ?? ((session: Session) => session.set(role, 1))
  for (const session of sessions) work(session)
  return true
}

async function save(index: number): Promise<boolean> {
  const session = sessions[index]!
  const start = performance.now() + Math.random() * JITTER_MS
  while (performance.now() < start);
  return (await storage.save(session)) !== '' || role === 'destroy'
}
