import { createClient, ErrorReply } from 'redis'
import { SessionStoreError } from 'remix/session'
import type { RedisCommands } from 'remix/session/redis-storage'
import { onceASecond } from '../health/once-a-second.ts'
import type { Log } from '../log/log.ts'

/** The connection to Redis that sessions, by `sendCommand`, and login counters share. */
export interface Redis extends RedisCommands {
  readonly client: Client
  /** How long an answer is waited for. */
  readonly answerWithinMs: number
  /**
   * Waits for an answer, but not for long.
   *
   * @throws SessionStoreError, which is answered with 503, if there is none or it is an error
   */
  inTime<answer>(answer: Promise<answer>): Promise<answer>
  /** Rejects when Redis does not answer, or takes nothing that is written. Asking often costs nothing. */
  check(): Promise<void>
  /** Lets commands under way finish and disconnects. */
  close(): Promise<void>
}

const WATCH_EVERY_MS = 500
const SLOWEST_RECONNECT_MS = 1000
// More than are ever under way at once, unless Redis hangs: then further ones fail at once.
const MOST_COMMANDS = 10_000

interface RedisOptions {
  /** What the keys begin with. */
  prefix?: string
  answerWithinMs?: number
}

type Client = ReturnType<typeof createRedisClient>

/**
 * Connects to Redis. Afterwards it stays connected by itself: while Redis is away commands fail at
 * once, so that requests are answered with 503 instead of piling up, and the log tells once that it
 * went and once that it came back. A Redis that takes nothing that is written counts as away; where a
 * new connection leads to one that does, as after a failover behind one name, it takes that.
 *
 * @throws SessionStoreError in one line, without the password, if Redis cannot be used
 */
export async function connectRedis(
  url: string,
  log: Log,
  { prefix = '', answerWithinMs = 1000 }: RedisOptions = {},
): Promise<Redis> {
  const trialKey = `${prefix}session:trial`
  let connected = false
  let away = false
  let inDoubt = false // an error was answered since something written was taken
  let looking = false
  let closing = false
  const client = createRedisClient(url, answerWithinMs, () => connected)

  function tellThatItIsAway(reason: string): void {
    if (!away) log({ event: 'redis away', reason })
    away = true
  }

  function notice<answer>(answer: Promise<answer>): Promise<answer> {
    answer.catch((error) => {
      if (inDoubt || !(error instanceof ErrorReply)) return
      inDoubt = true
      checkSometimes = onceASecond(check) // what was well a moment ago may not be any more
    })
    return answer
  }

  async function check(): Promise<void> {
    try {
      await inTime(notice(write(client, trialKey)), answerWithinMs)
    } catch (error) {
      if (inDoubt) tellThatItIsAway((error as Error).message)
      throw error
    }
    inDoubt = false
    if (away) log({ event: 'redis back' })
    away = false
  }
  let checkSometimes = onceASecond(check)

  client.on('error', (error: Error) => {
    if (connected && client.isOpen && !closing) tellThatItIsAway(describe(error))
  })
  client.on('ready', () => {
    checkSometimes = onceASecond(check)
    if (away) check().catch(() => {})
  })

  try {
    await client.connect()
    connected = true
  } catch (error) {
    client.destroy()
    throw unusable(url, error)
  }
  await check().catch(() => {})

  async function look(): Promise<void> {
    try {
      await (inDoubt || away ? check() : inTime(client.ping(), answerWithinMs))
    } catch (error) {
      // A connection that died silently looks alive for as long as we write to it.
      const isSilent = (error as SessionStoreError).code === 'ETIMEDOUT'
      if (isSilent && client.isReady && !closing) tellThatItIsAway('it does not answer')
      // By then this one may take writes again.
      const isUseless =
        isSilent ||
        (inDoubt && (await anotherTakesWrites(url, trialKey, answerWithinMs)) && inDoubt)
      if (!isUseless || !client.isReady || closing) return
      client.destroy()
      client.connect().catch(() => {}) // told by the error event
    }
  }

  const watch = setInterval(async () => {
    if (!client.isReady || closing || looking) return
    looking = true
    await look()
    looking = false
  }, WATCH_EVERY_MS).unref()

  return {
    client,
    answerWithinMs,
    sendCommand: (command) => notice(client.sendCommand(command)),
    inTime: (answer) => inTime(notice(answer), answerWithinMs),
    async check() {
      if (!client.isReady) throw new SessionStoreError('Redis: it is away')
      await checkSometimes()
    },
    async close() {
      closing = true
      clearInterval(watch)
      await inTime(client.close(), answerWithinMs).catch(() => client.destroy())
    },
  }
}

/** Writes what is gone at once. A user for sessions may write such a key. */
async function write(client: Client, trialKey: string): Promise<void> {
  await client.set(trialKey, '', { expiration: { type: 'PX', value: 1 } })
}

/** Whether the address leads to a Redis that takes what is written, which an old connection may not. */
async function anotherTakesWrites(
  url: string,
  trialKey: string,
  answerWithinMs: number,
): Promise<boolean> {
  const client = createRedisClient(url, answerWithinMs, () => false).on('error', () => {})
  try {
    await client.connect()
    await inTime(write(client, trialKey), answerWithinMs)
    return true
  } catch {
    return false
  } finally {
    client.destroy()
  }
}

function createRedisClient(url: string, answerWithinMs: number, keepsTrying: () => boolean) {
  try {
    return createClient({
      url,
      disableOfflineQueue: true,
      commandsQueueMaxLength: MOST_COMMANDS,
      socket: {
        connectTimeout: answerWithinMs,
        // For the handshake; afterwards there is a ping more often than that.
        socketTimeout: 2 * answerWithinMs,
        reconnectStrategy: (attempts) =>
          keepsTrying() && Math.min(50 * 2 ** attempts, SLOWEST_RECONNECT_MS),
      },
    })
  } catch (error) {
    throw unusable(url, error)
  }
}

async function inTime<answer>(answer: Promise<answer>, withinMs: number): Promise<answer> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    const giveUp = (): void =>
      reject(new SessionStoreError('Redis: it does not answer', 'ETIMEDOUT'))
    // One round later: after a busy moment of our own the answer may already lie there.
    timer = setTimeout(() => setImmediate(giveUp), withinMs)
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
