import type { Message } from './message.ts'

/** The way in which mail leaves the shop. Without SMTP, implement `send` with a service of yours. */
export interface Transport {
  /** Why there is no way at all: then no mail is taken, for it to wait until there is one. */
  readonly missing?: string
  /**
   * Resolves when somebody else has taken the responsibility for the mail.
   *
   * @throws {RefusedError} For a mail that will never be taken
   * @throws {Error} For one that may be taken later
   */
  send(message: Message): Promise<void>
  close?(): void
}

/** Trying again is of no use. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}

/** Prints whom a mail would go to and which addresses stand in it: for development. */
export function createConsoleTransport(print: (text: string) => void = console.log): Transport {
  return {
    async send({ to, subject, text }) {
      const links = text.match(/https?:\/\/\S+/g) ?? []
      print([`Mail to ${to}: ${subject}`, ...links.map((link) => `  ${link}`)].join('\n'))
    },
  }
}

/** Stands in where there is no way. */
export function createMissingTransport(): Transport {
  const missing = 'There is no MAIL_URL'
  return {
    missing,
    async send() {
      throw new Error(missing)
    },
  }
}
