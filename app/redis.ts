import { createClient } from 'redis'
import { SessionStoreError } from 'remix/session'
import type { Log } from './log.ts'

/** The connection to Redis that sessions and login counters share. */
export interface Redis {
  readonly client: ReturnType<typeof createRedisClient>
  /**
   * Waits for an answer, but not for long.
   *
   * @throws SessionStoreError, which is answered with 503, if there is none or it is an error
   */
  inTime<answer>(answer: Promise<answer>): Promise<answer>
  /** Rejects when Redis does not answer. */
  check(): Promise<void>
  /** Lets commands under way finish and disconnects. */
  close(): Promise<void>
}

const SLOWEST_ANSWER_MS = 1000
const WATCH_EVERY_MS = 500
const SLOWEST_RECONNECT_MS = 1000
// More than are ever under way at once, unless Redis hangs: then further ones fail at once.
const MOST_COMMANDS = 10_000

/**
 * Connects to Redis. Afterwards it stays connected by itself: while Redis is away commands fail at
 * once, so that requests are answered with 503 instead of piling up, and the log tells once that it
 * went and once that it came back.
 *
 * @throws SessionStoreError in one line, without the password, if Redis cannot be used
 */
export async function connectRedis(url: string, log: Log): Promise<Redis> {
  let connected = false
  let away = false
  let closing = false
  const client = createRedisClient(url, () => connected)

  function tellThatItIsAway(reason: string): void {
    if (!away) log({ event: 'redis away', reason })
    away = true
  }

  client.on('error', (error: Error) => {
    if (connected && client.isOpen && !closing) tellThatItIsAway(describe(error))
  })
  client.on('ready', () => {
    if (away) log({ event: 'redis back' })
    away = false
  })

  try {
    await client.connect()
    connected = true
  } catch (error) {
    client.destroy()
    throw unusable(url, error)
  }

  async function check(): Promise<void> {
    await inTime(client.ping())
  }

  // A connection that died silently, as in a failover, looks alive for as long as we write to it.
  const watch = setInterval(async () => {
    if (!client.isReady || closing) return
    try {
      await check()
    } catch (error) {
      const isSilent = (error as SessionStoreError).code === 'ETIMEDOUT'
      if (!isSilent || !client.isReady || closing) return
      tellThatItIsAway('it does not answer')
      client.destroy()
      client.connect().catch(() => {}) // told by the error event
    }
  }, WATCH_EVERY_MS).unref()

  return {
    client,
    inTime,
    check,
    async close() {
      closing = true
      clearInterval(watch)
      await inTime(client.close()).catch(() => client.destroy())
    },
  }
}

function createRedisClient(url: string, keepsTrying: () => boolean) {
  try {
    return createClient({
      url,
      disableOfflineQueue: true,
      commandsQueueMaxLength: MOST_COMMANDS,
      socket: {
        connectTimeout: SLOWEST_ANSWER_MS,
        // For the handshake; afterwards there is a ping more often than that.
        socketTimeout: 2 * SLOWEST_ANSWER_MS,
        reconnectStrategy: (attempts) =>
          keepsTrying() && Math.min(50 * 2 ** attempts, SLOWEST_RECONNECT_MS),
      },
    })
  } catch (error) {
    throw unusable(url, error)
  }
}

async function inTime<answer>(answer: Promise<answer>): Promise<answer> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    const giveUp = (): void =>
      reject(new SessionStoreError('Redis: it does not answer', 'ETIMEDOUT'))
    // One round later: after a busy moment of our own the answer may already lie there.
    timer = setTimeout(() => setImmediate(giveUp), SLOWEST_ANSWER_MS)
  })
  try {
    return await Promise.race([answer, timeout])
  } catch (error) {
    // What is no error is an answer as well, only a negative one.
    if (!(error instanceof Error) || error instanceof SessionStoreError) throw error
    throw new SessionStoreError(`Redis: ${describe(error)}`)
  } finally {
    clearTimeout(timer)
  }
}

function unusable(url: string, error: unknown): SessionStoreError {
  const { protocol, host, pathname } = new URL(url) // without the password
  return new SessionStoreError(
    `Cannot use Redis at ${protocol}//${host}${pathname} (REDIS_URL): ${describe(error)}`,
  )
}

function describe(error: unknown): string {
  // Several addresses of one name were tried: each has its own error.
  if (error instanceof AggregateError) return error.errors.map(describe).join(', ')
  return error instanceof Error ? error.message : String(error)
}
