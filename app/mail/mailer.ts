import type { Log } from '../log/log.ts'

export interface Message {
  to: string
  subject: string
  text: string
}

/** The way in which mail leaves the shop: implement `send` with the service of your choice. */
export interface Mailer {
  send(message: Message): Promise<void>
}

/** A message that was not sent but kept, for the development page that lists them. */
export interface SentMessage extends Message {
  sentAt: Date
}

export interface Outbox extends Mailer {
  /** The latest first. */
  readonly messages: readonly SentMessage[]
}

/** Prints messages, links with tokens included, instead of sending them: for development. */
export function createConsoleMailer(print: (text: string) => void = console.log): Mailer {
  return {
    async send({ to, subject, text }) {
      print(`--- Mail to ${to}: ${subject}\n${text}\n---`)
    },
  }
}

/** Keeps the latest messages in memory, `limit` of them, and hands each on to `next`. */
export function createOutbox({
  limit = 50,
  next,
  now = Date.now,
}: { limit?: number; next?: Mailer; now?: () => number } = {}): Outbox {
  let messages: SentMessage[] = []
  return {
    get messages() {
      return messages
    },
    async send(message) {
      messages = [{ ...message, sentAt: new Date(now()) }, ...messages].slice(0, limit)
      await next?.send(message)
    },
  }
}

/** Stands in until there is a real one: notes what was not sent, without its links, in the log. */
export function createMissingMailer(log: Log): Mailer {
  return {
    async send({ subject }) {
      log({ event: 'mail not sent: there is no mailer, see app/mail/mailer.ts', subject })
    },
  }
}
