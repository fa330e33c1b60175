import { Client } from 'pg'
import { createClient } from 'redis'
import type { SeveralServers } from '../several-servers.ts'

/** What several servers keep sessions and counters in, past the shop. */
interface SharedStore {
  name: 'Redis' | 'PostgreSQL'
  /** Has nothing of the chapter before in it, so what is there belongs to the next one. */
  forgetEverybody(): Promise<void>
  /** Whether an attempt to log in is counted. */
  countsLogin(): Promise<boolean>
}

export function sharedStoreOf(shop: SeveralServers): SharedStore {
  if (shop.storage === 'redis') return redisStore(shop.redisUrl!)
  return {
    name: 'PostgreSQL',
    async forgetEverybody() {
      await queryPostgres(shop.databaseUrl, 'delete from sessions')
      await queryPostgres(shop.databaseUrl, 'delete from throttle')
    },
    async countsLogin() {
      const counters = `select from throttle where key like '%login-%failures:%' and points > 0`
      return (await queryPostgres(shop.databaseUrl, counters)).length > 0
    },
  }
}

function redisStore(url: string): SharedStore {
  async function ask<Answer>(question: (client: Redis) => Promise<Answer>): Promise<Answer> {
    const client = await connectRedis(url)
    return question(client).finally(() => client.close())
  }
  return {
    name: 'Redis',
    forgetEverybody: () => ask(async (client) => void (await client.flushAll())),
    countsLogin: () =>
      ask(async (client) => {
        const keys = { MATCH: 'throttle:login-*failures:*', COUNT: 1000 }
        return (await client.scan('0', keys)).keys.length > 0
      }),
  }
}

const connectRedis = (url: string) => createClient({ url }).connect()
type Redis = Awaited<ReturnType<typeof connectRedis>>

export async function queryPostgres(
  url: string,
  statement: string,
): Promise<Record<string, unknown>[]> {
  const client = new Client(url)
  await client.connect()
  const { rows } = await client.query(statement).finally(() => client.end())
  return rows
}
