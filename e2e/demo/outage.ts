import { setTimeout as wait } from 'node:timers/promises'
import { Load } from '../load.ts'
import type { SeveralServers } from '../several-servers.ts'
import { sliceTimes } from './timeline.ts'
import type { Timeline } from './timeline.ts'

/** How it went to restart PostgreSQL while customers were shopping. */
export interface Outage {
  customers: number
  requests: number
  refused: number
  /** What was neither as it should be nor refused with 503. */
  errors: string[]
  lostSessions: number
  slowestMs: number
  timeline: Timeline
}

const CUSTOMERS = 4
const PAUSE_MS = 20

/**
 * @param around Milliseconds before and after
 * @param away Milliseconds in which there is no PostgreSQL
 */
export async function restartPostgresUnderLoad(
  shop: SeveralServers,
  { around = 2000, away = 3000 } = {},
): Promise<Outage> {
  await shop.balancer.untilHealthy()
  const load = await Load.start(shop.url, CUSTOMERS, PAUSE_MS)
  const start = Date.now()
  const atSecond = (): string => ((Date.now() - start) / 1000).toFixed(1)
  const times: string[] = []
  try {
    await wait(around)
    times.push(`stopped at ${atSecond()}`)
    await shop.postgres!.stop()
    await wait(away)
    await shop.postgres!.start()
    times.push(`back at ${atSecond()}`)
    await shop.balancer.untilHealthy()
    times.push(`all servers healthy at ${atSecond()} s`)
    await wait(around)
  } finally {
    await load.stop()
  }
  const length = Date.now() - start + 1
  const refused = load.answers.filter(({ status }) => status === 503)
  const served = load.answers.filter(({ status }) => status !== 503)
  const rowOf = (label: string, answers: typeof served, notes: string[]) => {
    const slices = sliceTimes(
      answers.map(({ at }) => at),
      start,
      length,
    )
    return { label, slices, notes: [`${answers.length.toLocaleString('en')} requests`, ...notes] }
  }
  return {
    customers: load.customers,
    requests: load.requests,
    refused: refused.length,
    errors: load.errors.filter((error) => !error.startsWith('503 ')),
    lostSessions: load.lostSessions,
    slowestMs: Math.max(...load.answers.map(({ tookMs }) => tookMs)),
    timeline: {
      seconds: length / 1000,
      rows: [rowOf('served', served, []), rowOf('503', refused, [times.join(', ')])],
    },
  }
}
