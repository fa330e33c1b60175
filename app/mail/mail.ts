import type { Database } from '../../db/database.ts'
import { insertMail, listMails } from '../../db/mails.ts'
import type { User } from '../../db/schema.ts'
import { wordingOf } from './letters.ts'
import type { Letter, AddressLetter, NoticeLetter } from './letters.ts'
import { writeMessage } from './message.ts'
import type { Message } from './message.ts'
import type { Seal } from './seal.ts'

/** What the shop tells by mail: written in the transaction of what it tells, and sent after that. */
export interface Mail {
  /** Whether mail leaves the shop. Where it does not, no page may promise any. */
  readonly leaves: boolean
  /**
   * Writes to an address, whoever reads there. To `null`, nobody: nothing is sent, and it takes as long, so
   * that nobody learns which address has an account.
   */
  write(tx: Database, to: string | null, letter: AddressLetter): Promise<void>
  /** Tells the user. An address that is not confirmed may be a stranger's, and is told nothing. */
  notify(
    tx: Database,
    user: Pick<User, 'email' | 'emailConfirmedAt'>,
    letter: NoticeLetter,
  ): Promise<void>
}

interface MailOptions {
  seal: Seal
  publicOrigin: string
  now: () => number
  leaves?: boolean
  /** Called for each mail, before the transaction that wrote it has ended. */
  onWrite?: () => void
}

export function createMail({ seal, publicOrigin, now, leaves = true, onWrite }: MailOptions): Mail {
  async function write(tx: Database, to: string | null, letter: Letter): Promise<void> {
    const wording = wordingOf(letter, (path) => new URL(path, publicOrigin).href)
    const sealed = seal.close(JSON.stringify(writeMessage(to ?? 'nobody', wording)))
    const written = new Date(now())
    await insertMail(tx, {
      kind: letter.kind,
      sealed: to === null ? null : sealed,
      now: written,
      expiresAt: new Date(written.getTime() + wording.minutes * 60_000),
    })
    onWrite?.()
  }

  return {
    leaves,
    write,
    async notify(tx, user, letter) {
      if (user.emailConfirmedAt !== null) await write(tx, user.email, letter)
    },
  }
}

/** A mail with what has become of it, for the development page that lists them. */
export interface KeptMail extends Message {
  createdAt: Date
  state: 'waiting' | 'sent' | 'not sent'
}

/** The mails whose content is still there, the latest first. */
export async function readKeptMails(db: Database, seal: Seal, most: number): Promise<KeptMail[]> {
  const rows = await listMails(db, most)
  return rows.flatMap(({ sealed, createdAt, dueAt, sentAt }) => {
    const message = openMessage(seal, sealed)
    if (message === null) return []
    const state = sentAt !== null ? 'sent' : dueAt !== null ? 'waiting' : 'not sent'
    return [{ ...message, createdAt, state }]
  })
}

/** `null` if it is gone, or sealed with a secret that is. */
export function openMessage(seal: Seal, sealed: string | null): Message | null {
  const text = sealed === null ? null : seal.open(sealed)
  return text === null ? null : (JSON.parse(text) as Message)
}
