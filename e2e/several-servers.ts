import { rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { findFreePort, startRedisServer } from 'remix/session/testing/redis-server'
import type { RedisServer } from 'remix/session/testing/redis-server'
import { Balancer } from './balancer.ts'
import type { Shop } from './server.ts'
import { makeTemporaryFolder, ShopProcess } from './shop-process.ts'

export const SERVERS = 3

/** What happens to a server that is restarted while the others go on. */
export type RestartStep = 'out of the balancer' | 'ended' | 'back'

/** What the servers of a shop share. */
interface Shared {
  storage: 'redis' | 'database'
  redis?: RedisServer
  /** Of a PostgreSQL; without one it is a file. */
  databaseUrl?: string
}

/** Three servers of one shop behind a round-robin, with one Redis and a database file, or a PostgreSQL. */
export class SeveralServers implements Shop {
  readonly storage: Shared['storage']
  readonly balancer: Balancer
  readonly servers: ShopProcess[] = []
  readonly #folder = makeTemporaryFolder('bookstores-')
  readonly #redis: RedisServer | undefined
  readonly databaseUrl: string

  private constructor(balancer: Balancer, { storage, redis, databaseUrl }: Shared) {
    this.balancer = balancer
    this.storage = storage
    this.#redis = redis
    this.databaseUrl = databaseUrl ?? path.join(this.#folder, 'bookstore.sqlite')
  }

  static async start(): Promise<SeveralServers> {
    return SeveralServers.#start({ storage: 'redis', redis: await startRedisServer() })
  }

  /** With nothing but a PostgreSQL, which the caller ends. */
  static async startOnPostgres(databaseUrl: string): Promise<SeveralServers> {
    return SeveralServers.#start({ storage: 'database', databaseUrl })
  }

  static async #start(shared: Shared): Promise<SeveralServers> {
    const shop = new SeveralServers(await Balancer.start(), shared)
    for (let i = 0; i < SERVERS; i++) await shop.#addServer()
    return shop
  }

  // One after the other: the first one makes and fills the database.
  async #addServer(): Promise<void> {
    const server = new ShopProcess(await findFreePort(), {
      PUBLIC_URL: this.url,
      SESSION_STORAGE: this.storage,
      REDIS_URL: this.redisUrl,
      DATABASE_URL: this.databaseUrl,
    })
    await server.start()
    this.servers.push(server)
    this.balancer.add(server.port)
  }

  get url(): string {
    return this.balancer.url
  }

  get redisUrl(): string | undefined {
    return this.#redis?.url
  }

  /** 1, 2 or 3 for the port of one of them. */
  numberOf(port: number): number {
    return this.servers.findIndex((server) => server.port === port) + 1
  }

  /** All of them at once: for a moment there is no server. */
  async restart(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.end('SIGTERM')))
    await Promise.all(this.servers.map((server) => server.start()))
  }

  /** One after the other: there are always two. */
  async restartInTurn(
    onStep: (server: ShopProcess, step: RestartStep) => void = () => {},
  ): Promise<void> {
    for (const server of this.servers) {
      // As an operator does: out of the balancer first, then the signal.
      this.balancer.remove(server.port)
      onStep(server, 'out of the balancer')
      await server.end('SIGTERM')
      onStep(server, 'ended')
      await server.start()
      this.balancer.add(server.port)
      onStep(server, 'back')
      await wait(200)
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.end('SIGKILL')))
    await this.balancer.stop()
    await this.#redis?.kill()
    await rm(this.#folder, { recursive: true, force: true })
  }
}
