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

/** Whether the server said no for good (RFC 5321: 5yz) to this mail, and not to us, as by our password. */
function isRefusal(error: unknown): boolean {
  const { code, responseCode } = error as { code?: string; responseCode?: number }
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && (responseCode ?? 0) >= 500
}
