import { Load } from '../load.ts'
import type { RestartStep, SeveralServers } from '../several-servers.ts'
import type { ShopProcess } from '../shop-process.ts'
import { sliceTimes } from './timeline.ts'
import type { Timeline } from './timeline.ts'

/** How it went to restart one server after the other while customers were shopping. */
export interface RollingRestart {
  customers: number
  requests: number
  errors: string[]
  lostSessions: number
  /** Answers of servers that were still to be restarted, when the first one was back. */
  besideTheFirst: number
  timeline: Timeline
}

const CUSTOMERS = 4
const PAUSE_MS = 20

/** @param onEnded Called with each server while it is down */
export async function restartUnderLoad(
  shop: SeveralServers,
  onEnded: (server: ShopProcess) => void = () => {},
): Promise<RollingRestart> {
  const steps = new Map(shop.servers.map(({ port }) => [port, {} as Record<RestartStep, number>]))
  await shop.balancer.untilHealthy()
  const load = await Load.start(shop.url, CUSTOMERS, PAUSE_MS)
  const start = Date.now()
  try {
    await shop.restartInTurn((server, step) => {
      steps.get(server.port)![step] = Date.now()
      if (step === 'ended') onEnded(server)
    })
  } finally {
    await load.stop()
  }
  const length = Date.now() - start + 1
  const { back } = steps.get(shop.servers[0]!.port)!
  const atSecond = (time: number): string => ((time - start) / 1000).toFixed(1)
  return {
    customers: load.customers,
    requests: load.requests,
    errors: load.errors,
    lostSessions: load.lostSessions,
    besideTheFirst: load.answers.filter(({ at, port }) => {
      return at > back && at < (steps.get(port)?.['out of the balancer'] ?? 0)
    }).length,
    timeline: {
      seconds: length / 1000,
      rows: shop.servers.map(({ port }) => {
        const answers = load.answers.filter((answer) => answer.port === port)
        const times = answers.map(({ at }) => at)
        const { 'out of the balancer': out, ended, back } = steps.get(port)!
        return {
          label: `server ${shop.numberOf(port)}`,
          server: shop.numberOf(port),
          slices: sliceTimes(times, start, length),
          notes: [
            `${answers.length.toLocaleString('en')} requests`,
            `out at ${atSecond(out)}, ended at ${atSecond(ended)}, back at ${atSecond(back)} s`,
          ],
        }
      }),
    },
  }
}
