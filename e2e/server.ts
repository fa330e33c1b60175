import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { findFreePort, startRedisServer } from 'remix/session/testing/redis-server'
import type { RedisServer } from 'remix/session/testing/redis-server'
import { createShopDatabase } from './shop-database.ts'
import type { ShopDatabase, ShopDatabaseOptions } from './shop-database.ts'
import { makeTemporaryFolder, ShopProcess } from './shop-process.ts'

export type Storage = 'cookie' | 'fs' | 'memory' | 'redis' | 'database'

/** A shop that can be visited: one server, or several behind one address. */
export interface Shop {
  readonly storage: Storage
  readonly url: string
  readonly sessionDirectory?: string
  readonly redisUrl?: string | undefined
  readonly databaseUrl: string
  /** Ends what serves it as an operator would, and starts that again on the same data. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface ShopServerOptions extends ShopDatabaseOptions {
  /** More environment variables. */
  settings?: Record<string, string>
}

/** The shop as a process of its own, with a port, a database and a store of its own. */
export class ShopServer implements Shop {
  readonly storage: Storage
  readonly folder: string
  readonly sessionDirectory: string
  readonly #database: ShopDatabase
  readonly #redis: RedisServer | undefined
  readonly #process: ShopProcess

  private constructor(
    storage: Storage,
    folder: string,
    port: number,
    database: ShopDatabase,
    redis?: RedisServer,
    settings: Record<string, string> = {},
  ) {
    this.storage = storage
    this.folder = folder
    this.#database = database
    this.sessionDirectory = path.join(this.folder, 'sessions')
    this.#redis = redis
    this.#process = new ShopProcess(port, {
      SESSION_STORAGE: storage,
      SESSION_DIR: this.sessionDirectory,
      DATABASE_URL: database.url,
      REDIS_URL: redis?.url,
      ...settings,
    })
  }

  static async start(storage: Storage, options: ShopServerOptions = {}): Promise<ShopServer> {
    const folder = makeTemporaryFolder(`bookstore-${storage}-`)
    const database = await createShopDatabase(folder, options)

    const redis = storage === 'redis' ? await startRedisServer() : undefined
    const port = await findFreePort()
    const server = new ShopServer(storage, folder, port, database, redis, options.settings)
    await server.#process.start()
    return server
  }

  get port(): number {
    return this.#process.port
  }

  get url(): string {
    return `http://localhost:${this.port}`
  }

  get databaseUrl(): string {
    return this.#database.url
  }

  get redisUrl(): string | undefined {
    return this.#redis?.url
  }

  /** As if everybody had logged in long ago. */
  async ageLogins(): Promise<void> {
    await this.#database.execute('update logins set confirmed_at = 0')
  }

  /** Somebody else bought the others, or the publisher sent some. */
  async setStock({ slug }: { slug: string }, copies: number): Promise<void> {
    await this.#database.execute(`update books set stock = ${copies} where slug = '${slug}'`)
  }

  /** The session files, by their ids. */
  readSessionFiles(): Map<string, SessionFile> {
    if (!existsSync(this.sessionDirectory)) return new Map()
    return new Map(
      readdirSync(this.sessionDirectory)
        .filter((name) => name.endsWith('.json'))
        .map((name) => [path.basename(name, '.json'), this.#readSessionFile(name)]),
    )
  }

  #readSessionFile(name: string): SessionFile {
    return JSON.parse(readFileSync(path.join(this.sessionDirectory, name), 'utf8')) as SessionFile
  }

  async restart(): Promise<void> {
    await this.#process.end('SIGTERM')
    await this.#process.start()
  }

  async stop(): Promise<void> {
    await this.#process.end('SIGTERM')
    await this.#redis?.kill()
    await this.#database.remove()
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** What is in a session file, as far as it is looked at here. */
interface SessionFile {
  values: Record<string, unknown>
  flashes: Record<string, unknown>
}
