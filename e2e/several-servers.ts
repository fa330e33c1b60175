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

/** Three servers of one shop behind a round-robin, with one Redis and one database file. */
export class SeveralServers implements Shop {
  readonly storage = 'redis'
  readonly balancer: Balancer
  readonly servers: ShopProcess[] = []
  readonly #folder = makeTemporaryFolder('bookstores-')
  readonly #redis: RedisServer

  private constructor(balancer: Balancer, redis: RedisServer) {
    this.balancer = balancer
    this.#redis = redis
  }

  static async start(): Promise<SeveralServers> {
    const shop = new SeveralServers(await Balancer.start(), await startRedisServer())
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

  get databaseUrl(): string {
    return path.join(this.#folder, 'bookstore.sqlite')
  }

  get url(): string {
    return this.balancer.url
  }

  get redisUrl(): string {
    return this.#redis.url
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
    await this.#redis.kill()
    await rm(this.#folder, { recursive: true, force: true })
  }
}
