import { createTransport } from 'nodemailer'
import { RefusedError } from './transport.ts'
import type { Transport } from './transport.ts'

interface SmtpOptions {
  /** Such as `smtps://user:password@mail.example`. */
  url: string
  /** The sender, such as `Our Shop <shop@mail.example>`. */
  from: string
  /** How long the server may be silent. */
  silenceMs?: number
}

/** Sends by SMTP, over a few connections that are kept for a while. */
export function createSmtpTransport({ url, from, silenceMs = 20_000 }: SmtpOptions): Transport {
  const smtp = createTransport(
    {
      url,
      pool: true,
      maxConnections: 2,
      connectionTimeout: silenceMs,
      greetingTimeout: silenceMs,
      socketTimeout: silenceMs,
      // It is handed text alone, but a mail shall never bring a file or a page of the server's along.
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from },
  )
  return {
    async send({ to, subject, text, html }) {
      try {
        // As an object it is one address, whatever stands in it.
        await smtp.sendMail({ to: { name: '', address: to }, subject, text, html })
      } catch (error) {
        throw isRefusal(error)
          ? new RefusedError((error as Error).message, { cause: error })
          : error
      }
    },
    close: () => smtp.close(),
  }
}

// The enhanced codes (RFC 3463) of an address that cannot be reached, a mailbox that takes nothing, and
// a text that is not taken. Next to them stand codes that mean the sender: 5.1.7, 5.1.8, and 5.2.252
// where an account may not send as MAIL_FROM.
const RECIPIENT_OR_TEXT = /^5\d\d[ -]5\.(?:1\.(?:[123469]|10)|2\.[123]|6\.\d+)(?!\S)/

/**
 * Whether the server said no for good to this recipient or text. All else may be us: who has forgotten
 * the password or the right sender is told "554 Relay access denied" or no code at all, often not before
 * the recipient is named. That mail leaves when the configuration is mended, and to try one again in vain
 * costs little, as each ends after three days.
 */
function isRefusal(error: unknown): boolean {
  const { command, response = '' } = error as { command?: string; response?: string }
  return (command === 'RCPT TO' || command === 'DATA') && RECIPIENT_OR_TEXT.test(response)
}
