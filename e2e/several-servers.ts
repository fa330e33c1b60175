import { rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startPostgres } from 'remix/session/testing/postgres-server'
import type { PostgresServer } from 'remix/session/testing/postgres-server'
import { findFreePort, startRedisServer } from 'remix/session/testing/redis-server'
import type { RedisServer } from 'remix/session/testing/redis-server'
import { Balancer } from './balancer.ts'
import { createMachines } from './machines.ts'
import type { Machines } from './machines.ts'
import type { Shop } from './server.ts'
import { fillDatabase } from './shop-database.ts'
import { makeTemporaryFolder, ShopProcess } from './shop-process.ts'
import type { Place } from './shop-process.ts'

export const SERVERS = 3

/** What happens to a server that is restarted while the others go on. */
export type RestartStep = 'out of the balancer' | 'ended' | 'back'

/** What the servers of a shop share, and what each has to itself. */
interface Parts {
  storage: 'redis' | 'database'
  redis?: RedisServer
  postgres?: PostgresServer
  /** Of a PostgreSQL; without one it is a file. */
  databaseUrl?: string
  machines?: Machines
}

const CHECK_HEALTH_EVERY_MS = 200

/** Three servers of one shop behind a round-robin, with one Redis and a database file, or a PostgreSQL. */
export class SeveralServers implements Shop {
  readonly storage: Parts['storage']
  readonly balancer: Balancer
  readonly servers: ShopProcess[] = []
  readonly databaseUrl: string
  readonly postgres: PostgresServer | undefined
  readonly machines: Machines | undefined
  readonly #folder = makeTemporaryFolder('bookstores-')
  readonly #redis: RedisServer | undefined

  private constructor(balancer: Balancer, { storage, redis, postgres, ...parts }: Parts) {
    this.balancer = balancer
    this.storage = storage
    this.#redis = redis
    this.postgres = postgres
    this.machines = parts.machines
    this.databaseUrl = parts.databaseUrl ?? path.join(this.#folder, 'bookstore.sqlite')
  }

  static async start(): Promise<SeveralServers> {
    return SeveralServers.#start({ storage: 'redis', redis: await startRedisServer() })
  }

  /** With nothing but a PostgreSQL, which the caller ends. */
  static async startOnPostgres(databaseUrl: string): Promise<SeveralServers> {
    return SeveralServers.#start({ storage: 'database', databaseUrl })
  }

  /** As on machines of their own, with a PostgreSQL that they share and nothing else. */
  static async startOnMachines(): Promise<SeveralServers> {
    const machines = createMachines(SERVERS)
    const postgres = await startPostgres({ durable: true, address: machines.gateway })
    const databaseUrl = postgres.url()
    return SeveralServers.#start({ storage: 'database', databaseUrl, postgres, machines })
  }

  static async #start(parts: Parts): Promise<SeveralServers> {
    const checkEvery = parts.machines && CHECK_HEALTH_EVERY_MS
    const shop = new SeveralServers(await Balancer.start({ checkEvery }), parts)
    await fillDatabase(shop.databaseUrl)
    for (let i = 0; i < SERVERS; i++) await shop.#addServer(parts.machines?.places[i])
    return shop
  }

  async #addServer(place: Place | undefined): Promise<void> {
    const settings = {
      PUBLIC_URL: this.url,
      SESSION_STORAGE: this.storage,
      REDIS_URL: this.redisUrl,
      DATABASE_URL: this.databaseUrl,
    }
    const server = new ShopProcess(await findFreePort(), settings, place)
    await server.start()
    this.servers.push(server)
    this.balancer.add(server)
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

  serverAt(port: number): ShopProcess {
    return this.servers.find((server) => server.port === port)!
  }

  /** Starts one that was killed. */
  async startAgain(port: number): Promise<void> {
    await this.serverAt(port).start()
    await this.balancer.untilHealthy()
  }

  /** All of them at once: for a moment there is no server. */
  async restart(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.end('SIGTERM')))
    await Promise.all(this.servers.map((server) => server.start()))
    await this.balancer.untilHealthy()
  }

  /** One after the other: there are always two. */
  async restartInTurn(
    onStep: (server: ShopProcess, step: RestartStep) => void = () => {},
  ): Promise<void> {
    for (const server of this.servers) {
      // As an operator does: out of the balancer first, then the signal.
      this.balancer.remove(server)
      onStep(server, 'out of the balancer')
      await server.end('SIGTERM')
      onStep(server, 'ended')
      await server.start()
      this.balancer.add(server)
      onStep(server, 'back')
      await wait(200)
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.end('SIGKILL')))
    await this.balancer.stop()
    await this.#redis?.kill()
    await this.postgres?.remove()
    this.machines?.remove()
    await rm(this.#folder, { recursive: true, force: true })
  }
}
