import type { Database } from '../../db/database.ts'
import {
  claimMail,
  countWaitingMails,
  deleteOldMails,
  giveUpExpiredMails,
  giveUpMail,
  LONGEST_DELAY_MS,
  markSent,
  postponeMail,
} from '../../db/mails.ts'
import type { Mail } from '../../db/schema.ts'
import type { Log } from '../log/log.ts'
import { openMessage } from './mail.ts'
import type { Seal } from './seal.ts'
import { RefusedError } from './transport.ts'
import type { Transport } from './transport.ts'

interface MailWorkerOptions {
  db: Database
  seal: Seal
  transport: Transport
  log: Log
  now: () => number
  /** Whether the content of what was sent is kept, for the development page. */
  keepContent: boolean
  /** How long a mail may take, before it counts as not sent. */
  sendWithinMs?: number
}

interface MailWorker {
  /** There is something to send, or will be in a moment. */
  wake(): void
  /** Sends what is due, and resolves when nothing is. */
  run(): Promise<void>
  /** Resolves when what is under way is done, or can be left to others. */
  stop(): Promise<void>
}

const minute = 60_000

// The transaction that wrote the mail has still to commit.
const WAKE_AFTER_MS = 100

// How often it looks for what another server left, and for what is to be tried again.
const LOOK_EVERY_MS = 10_000

// How many are sent at once: a slow one does not keep all others waiting.
const CONCURRENCY = 3

// Where secrets are rotated server by server, another one can open it soon.
const LONGEST_DELAY_OF_SEALED_MS = 5 * minute

const KEEP_FOR_MS = 7 * 24 * 60 * minute

/**
 * Sends the mail that waits in the database. Of several servers one takes each mail, for a limited
 * time: if that server dies, another one sends it. So none is lost, and one may be sent twice, by a
 * server that died between the last word of the mail server and its own note of it.
 */
export function createMailWorker({
  db,
  seal,
  transport,
  log,
  now,
  keepContent,
  sendWithinMs = minute,
}: MailWorkerOptions): MailWorker {
  let stopped = false
  let underWay: Promise<void> | undefined
  let again = false
  let timer: NodeJS.Timeout | undefined
  let awake = false
  let cleanedAt = -Infinity
  let toldWaiting = 0

  function lookIn(ms: number): void {
    clearTimeout(timer)
    if (!stopped) timer = setTimeout(() => void run(), ms).unref()
  }

  function wake(): void {
    // Once, or who writes all the time would put it off for ever.
    if (!awake) lookIn(WAKE_AFTER_MS)
    awake = true
  }

  function run(): Promise<void> {
    awake = false
    again = underWay !== undefined
    underWay ??= work().finally(() => {
      underWay = undefined
      if (again) wake()
      else if (!awake) lookIn(LOOK_EVERY_MS)
    })
    return underWay
  }

  async function work(): Promise<void> {
    try {
      if (Math.abs(now() - cleanedAt) > 60 * minute) {
        await deleteOldMails(db, new Date(now() - KEEP_FOR_MS))
        cleanedAt = now()
      }
      if (transport.missing !== undefined) await tellWhatWaits(transport.missing)
      else await Promise.all(Array.from({ length: CONCURRENCY }, sendWhatIsDue))
    } catch (error) {
      // The database, for one. What was claimed is due again after its time.
      log({ event: 'mail is waiting', error })
    }
  }

  async function tellWhatWaits(reason: string): Promise<void> {
    for (const mail of await giveUpExpiredMails(db, new Date(now()), { keepContent })) {
      const { id, kind, attempts } = mail
      log({ event: 'mail not sent', mail: id, kind, attempts, reason })
    }
    const mails = await countWaitingMails(db)
    if (mails > 0 && mails !== toldWaiting) log({ event: 'mail is waiting', mails, reason })
    toldWaiting = mails
  }

  async function sendWhatIsDue(): Promise<void> {
    for (let mail = await claim(); mail; mail = await claim()) await sendOrPostpone(mail)
  }

  async function claim(): Promise<Mail | undefined> {
    // Longer than it may take to send and to note that.
    const until = new Date(now() + sendWithinMs + minute)
    return stopped ? undefined : claimMail(db, new Date(now()), until)
  }

  async function sendOrPostpone(mail: Mail): Promise<void> {
    const { id, kind, attempts } = mail
    try {
      await send(mail)
    } catch (error) {
      const reason = reasonOf(error)
      const next = nextAttempt(mail, error)
      if (next === undefined) {
        log({ event: 'mail not sent', mail: id, kind, attempts, reason })
        await giveUpMail(db, id, { keepContent })
      } else {
        log({ event: 'mail delayed', mail: id, kind, attempts, reason, next })
        await postponeMail(db, id, next)
      }
      return
    }
    await markSent(db, id, { now: new Date(now()), keepContent })
    log({ event: 'mail sent', mail: id, kind, attempts })
  }

  /** When it is tried again, if at all. */
  function nextAttempt({ attempts, expiresAt }: Mail, error: unknown): Date | undefined {
    if (error instanceof RefusedError) return undefined
    const delay = delayAfter(attempts)
    if (error instanceof SealedError) {
      // Not before its time is over: to empty it would take it from the server that can open it.
      const next = now() + Math.min(delay, LONGEST_DELAY_OF_SEALED_MS)
      return new Date(Math.min(next, expiresAt.getTime()))
    }
    const next = new Date(now() + delay)
    return next < expiresAt ? next : undefined
  }

  async function send({ sealed, expiresAt }: Mail): Promise<void> {
    if (now() >= expiresAt.getTime()) throw new RefusedError('It is too old')
    const message = openMessage(seal, sealed)
    if (!message) throw new SealedError()
    const { promise: tooLate, reject } = Promise.withResolvers<never>()
    const limit = setTimeout(() => reject(new Error('It took too long')), sendWithinMs)
    try {
      await Promise.race([transport.send(message), tooLate])
    } finally {
      clearTimeout(limit)
    }
  }

  return {
    wake,
    run,
    async stop() {
      stopped = true
      clearTimeout(timer)
      const patience = new Promise<void>((resolve) => void setTimeout(resolve, 3000).unref())
      await Promise.race([underWay, patience])
      transport.close?.()
    },
  }
}

/** Of a server that has the secret it would leave, and of this one when it has it again. */
class SealedError extends Error {
  constructor() {
    super('It was sealed with a SESSION_SECRET that is not set here')
  }
}

/** Half a minute, a minute, two, and so on to an hour. */
function delayAfter(attempts: number): number {
  return Math.min(0.5 * 2 ** (attempts - 1) * minute, LONGEST_DELAY_MS)
}

/** What the mail server said, without the addresses that it repeats. */
function reasonOf(error: unknown): string {
  const { message = String(error), code } = error as { message?: string; code?: string }
  const text = message
    .slice(0, 2000)
    .replaceAll(/\S+@\S+/g, '***')
    .replaceAll(/https?:\/\/\S+/g, '***')
  return code === undefined ? text.slice(0, 300) : `${code}: ${text.slice(0, 300)}`
}
