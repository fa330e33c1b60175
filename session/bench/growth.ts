import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import v8 from 'node:v8'
import vm from 'node:vm'
import { createSession } from 'remix/session'
import type { SessionStorage } from 'remix/session'
import { costOf, median, table } from './measure.ts'
import type { StorageRoom } from '../fixtures/storages.ts'
import { createSessionServer, exampleCookie, exampleData } from './workloads.ts'

v8.setFlagsFromString('--expose-gc')
const collectGarbage = vm.runInNewContext('gc') as () => void

const ROUNDS = 7
const MILLISECONDS = 200

/** Whether a session costs more where many others are stored. */
export async function measureGrowth(rooms: StorageRoom[], sizes: number[]): Promise<void> {
  console.log('CPU in µs per request with so many sessions in the store, and in times of the empty')
  console.log('store; what it takes to open the store; the longest pause while it is purged\n')
  const rows: (string | number)[][] = []
  for (const { name, keptIn, open } of rooms) {
    const empty: number[] = []
    for (const size of sizes) {
      const place = `${name}-${size}`
      const { storage, bytes } = await fill(await open(exampleCookie, {}, place), size)
      const begin = performance.now()
      // The memory of another process is not this one's.
      const again = keptIn === 'process' ? storage : await open(exampleCookie, {}, place)
      await again.read('')
      const opening = performance.now() - begin
      const send = await createSessionServer(() => again)
      const costs = { read: [] as number[], write: [] as number[] }
      for (let round = 0; round <= ROUNDS; round++) {
        for (const workload of ['read', 'write'] as const) {
          const cost = await costOf(send, workload, MILLISECONDS)
          if (round > 0) costs[workload].push(cost)
        }
      }
      const medians = [median(costs.read), median(costs.write)]
      if (empty.length === 0) empty.push(...medians)
      const cells = medians.map(
        (cost, i) => `${cost.toFixed(1)} (${(cost / empty[i]!).toFixed(2)})`,
      )
      const pause = await longestPause(again)
      const bytesEach = keptIn === 'process' ? bytes : ''
      rows.push([name, size, ...cells, opening.toFixed(1), pause.toFixed(1), bytesEach])
    }
  }
  const head = ['storage', 'sessions', 'read', 'write', 'open, ms', 'pause, ms', 'bytes each']
  console.log(table(head, rows))
}

async function fill(
  storage: SessionStorage,
  size: number,
): Promise<{ storage: SessionStorage; bytes: string }> {
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < size; i++) await storage.save(createSession({ ...exampleData, number: i }))
  collectGarbage()
  const used = process.memoryUsage().heapUsed - before
  return { storage, bytes: size > 0 ? (used / size).toFixed(0) : '' }
}

/** In milliseconds, while expired sessions are looked for. */
async function longestPause(storage: SessionStorage): Promise<number> {
  await wait(100) // what was under way comes to its end
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  if ('purge' in storage && typeof storage.purge === 'function') await storage.purge()
  else await wait(2000) // memory storage looks by itself, Redis needs nobody to
  delay.disable()
  return delay.max / 1e6
}
