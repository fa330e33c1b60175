import { Load } from '../load.ts'
import type { RestartStep, SeveralServers } from '../several-servers.ts'

/** How it went to restart one server after the other while customers were shopping. */
export interface RollingRestart {
  seconds: number
  customers: number
  requests: number
  errors: string[]
  lostSessions: number
  servers: {
    number: number
    /** Seconds from the start, for each step of its restart. */
    at: Record<RestartStep, number>
    requests: number
    /** Requests that it answered in each slice of the time. */
    slices: number[]
  }[]
}

const CUSTOMERS = 4
const PAUSE_MS = 20
const SLICES = 48

export async function restartUnderLoad(shop: SeveralServers): Promise<RollingRestart> {
  const steps = new Map(shop.servers.map(({ port }) => [port, {} as Record<RestartStep, number>]))
  const load = await Load.start(shop.url, CUSTOMERS, PAUSE_MS)
  const start = Date.now()
  try {
    await shop.restartInTurn(({ port }, step) => {
      steps.get(port)![step] = (Date.now() - start) / 1000
    })
  } finally {
    await load.stop()
  }
  const length = Date.now() - start + 1
  return {
    seconds: length / 1000,
    customers: load.customers,
    requests: load.requests,
    errors: load.errors,
    lostSessions: load.lostSessions,
    servers: shop.servers.map(({ port }) => {
      const slices = Array.from({ length: SLICES }, () => 0)
      const answers = load.answers.filter((answer) => answer.port === port)
      for (const { at } of answers) slices[Math.floor(((at - start) / length) * SLICES)]!++
      const number = shop.numberOf(port)
      return { number, at: steps.get(port)!, requests: answers.length, slices }
    }),
  }
}

/** A line of bars for the terminal, with gaps where nothing was answered. */
export function drawSlices(slices: number[]): string {
  const most = Math.max(...slices, 1)
  return slices.map((count) => ' ▁▂▃▄▅▆▇█'[Math.ceil((count / most) * 8)]).join('')
}
