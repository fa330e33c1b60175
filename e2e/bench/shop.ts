import { startPostgres } from 'remix/session/testing/postgres-server'
import { startRedisServer } from 'remix/session/testing/redis-server'
import type { Answer } from './bare-server.ts'
import { MeasuredServer } from './measured-server.ts'
import { ask, costOf, fillCart, pages } from './requests.ts'
import type { Cost, Page } from './requests.ts'

export interface Size {
  rounds: number
  requests: number
}

interface ShopBenchOptions extends Size {
  /** SQLite and PostgreSQL, and sessions in what several servers share, instead of one machine's. */
  databases: boolean
}

const bare = 'bare node:http'
const router = 'router and adapter alone'
const guest = 'memory, no cookie'

/** What the shop's pages cost on each storage, beside the same bytes from what does nothing else. */
export async function measureShop(options: ShopBenchOptions): Promise<void> {
  const visitors: Visitor[] = []
  const ends: (() => Promise<void>)[] = []
  const shops = options.databases ? startOnDatabases(ends) : startOnOneMachine()
  for await (const [name, shop] of shops) visitors.push([name, shop, await fillCart(shop.origin)])
  const [, shop, cookie] = visitors[0]!
  const names = Object.keys(pages) as Page[]
  const answers: Record<string, Answer> = {}
  for (const page of names) answers[pages[page].path] = await ask(shop.origin, page, cookie)
  visitors.unshift(
    [bare, await MeasuredServer.startBare(bare, answers), ''],
    [router, await MeasuredServer.startBare(router, answers, 'router'), ''],
  )
  if (!options.databases) visitors.push([guest, visitors.at(-1)![1], ''])

  await compare(visitors, names, options, bare)
  const memory: string[] = []
  for (const [visitor, server] of visitors.slice(0, options.databases ? undefined : -1)) {
    memory.push(`${visitor} ${((await server.usage()).memory / 1e6).toFixed(0)}`)
  }
  console.log(`\nMemory in MB at the end: ${memory.join(', ')}`)
  for (const end of ends) await end()
}

export type Visitor = [name: string, server: MeasuredServer, cookie: string]

/**
 * Measures pages by turns and prints a table.
 *
 * @param measure By what the others are divided
 */
export async function compare(
  visitors: Visitor[],
  names: readonly Page[],
  { rounds, requests }: Size,
  measure: string,
): Promise<void> {
  const costs = new Map<string, Cost[]>()
  for (let round = 0; round <= rounds; round++) {
    // Back and forth, so that a machine that slows down does not favour whoever comes first.
    const ordered = round % 2 === 0 ? visitors : visitors.toReversed()
    for (const page of names) {
      for (const [visitor, server, cookie] of ordered) {
        // Each form without a cookie begins a session of the shop, and of those there is a limit.
        if (page.startsWith('POST') && visitor === guest) continue
        const cost = await costOf(server, page, cookie, requests * (round === 0 ? 5 : 1))
        const key = `${page} ${visitor}`
        if (round > 0) costs.set(key, [...(costs.get(key) ?? []), cost])
      }
    }
  }

  console.log(`Medians of ${rounds} rounds, CPU time of the server's process\n`)
  console.log(`| page | by | CPU, µs | × ${measure} | requests/s | p99, ms |`)
  console.log('| --- | --- | ---: | ---: | ---: | ---: |')
  for (const page of names) {
    const least = median(costs.get(`${page} ${measure}`)!, 'cpu')
    for (const [visitor] of visitors) {
      const all = costs.get(`${page} ${visitor}`)
      if (!all) continue
      const cpu = median(all, 'cpu')
      const cells = [page, visitor, cpu.toFixed(0), (cpu / least).toFixed(1)]
      cells.push(median(all, 'perSecond').toFixed(0), median(all, 'p99').toFixed(1))
      console.log(`| ${cells.join(' | ')} |`)
    }
  }
}

type NamedShop = [name: string, server: MeasuredServer]

async function* startOnOneMachine(): AsyncGenerator<NamedShop> {
  for (const storage of ['fs', 'cookie', 'memory']) {
    yield [storage, await MeasuredServer.startShop(storage)]
  }
}

/** @param ends Gets what ends the databases */
async function* startOnDatabases(ends: (() => Promise<void>)[]): AsyncGenerator<NamedShop> {
  const redis = await startRedisServer()
  ends.push(() => redis.kill())
  yield ['SQLite, fs', await MeasuredServer.startShop('fs')]
  yield ['SQLite, database', await MeasuredServer.startShop('database')]
  yield ['SQLite, redis', await MeasuredServer.startShop('redis', { REDIS_URL: redis.url })]
  for (const storage of ['fs', 'database']) {
    const postgres = await startPostgres({ durable: true })
    ends.push(() => postgres.remove())
    const settings = { DATABASE_URL: postgres.url() }
    yield [`PostgreSQL, ${storage}`, await MeasuredServer.startShop(storage, settings)]
  }
}

export function median(costs: Cost[], name: keyof Cost): number {
  return costs.map((cost) => cost[name]).sort((a, b) => a - b)[Math.floor(costs.length / 2)]!
}
