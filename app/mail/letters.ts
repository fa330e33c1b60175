import { emailLinkHours } from '../../db/email-links.ts'
import { guestOrderDays } from '../../db/guest-orders.ts'
import { registrationHours } from '../../db/registrations.ts'
import { passwordResetMinutes } from '../../db/password-resets.ts'
import { routes } from '../routes.ts'
import { plural } from '../ui/words.ts'
import { formatPrice } from '../ui/price.ts'
import { shop } from '../ui/shop.ts'

/**
 * What the shop tells by mail. Nothing in it was chosen by who might be a stranger, such as the name
 * of an account or another address: else the shop would send mail that others have written.
 */
export type Letter = AddressLetter | NoticeLetter

/** Sent to an address, whoever reads there. */
export type AddressLetter =
  | { kind: 'reset'; token: string }
  | { kind: 'confirm-registration'; token: string }
  | { kind: 'confirm-address'; token: string }
  /** Where no account has the address yet. */
  | { kind: 'confirm-new-address'; token: string }
  /** To the old one, also if it was never confirmed: the last word that it hears. */
  | { kind: 'address-changed' }
  /** In answer to whoever knows only the address: it has an account already. */
  | { kind: 'known-address' }
  /** With the link by which alone the order is found: it has no account. */
  | ({ kind: 'guest-order'; token: string } & PlacedOrder)

/** Tells the owner of an account what was done with it. */
export type NoticeLetter =
  | { kind: 'new-login'; browser: string; at: Date }
  | { kind: 'password-changed' }
  | { kind: 'factors-changed'; change: FactorChange }
  | { kind: 'recovery-code-used'; left: number }
  | ({ kind: 'order' } & PlacedOrder)

interface PlacedOrder {
  id: number
  totalCents: number
  books: { title: string; quantity: number }[]
}

type FactorChange = keyof typeof factorChanges

/** A part of a mail: a paragraph, or an address to follow. */
export type Part = string | { link: string }

export interface Wording {
  subject: string
  parts: Part[]
  /** How long it is worth being sent, in minutes. */
  minutes: number
}

const ownAccount = 'Nobody can take your address from you. If you want an account of your own'

const NOTICE_MINUTES = 3 * 24 * 60

const factorChanges = {
  'app-added':
    'A second factor was set up: from now on, logging in needs a code from your authenticator app.',
  'app-removed': 'The second factor was removed: logging in no longer needs a code from an app.',
  'passkey-added':
    'A passkey was added: whoever has it can log in, even after you change your password. If it is not yours, remove it on your account page:',
  'passkey-removed': 'A passkey was removed.',
  'recovery-codes-made': 'New recovery codes were made. The old ones no longer work.',
}

/** @param href Makes an address of the shop of a path */
export function wordingOf(letter: Letter, href: (path: string) => string): Wording {
  const accountPage = { link: href(routes.account.show.href()) }

  function notice(subject: string, ...parts: Part[]): Wording {
    return {
      subject,
      parts: [
        ...parts,
        ...newPassword(
          'If it was not you, choose a new password at once. That ends all logins, whoever has them:',
        ),
      ],
      minutes: NOTICE_MINUTES,
    }
  }

  function confirmAddress(does: string, token: string, ...otherwise: Part[]): Wording {
    return {
      subject: `Your address at ${shop.name}`,
      parts: [
        `Somebody, hopefully you, ${does}. Confirm that it is yours:`,
        { link: href(routes.address.confirm.index.href({ token })) },
        `The link works once, within ${emailLinkHours} hours. If it was not you, do not confirm it.`,
        ...otherwise,
      ],
      minutes: emailLinkHours * 60,
    }
  }

  function newPassword(why: string): Part[] {
    return [why, { link: href(routes.resetPassword.request.index.href()) }]
  }

  switch (letter.kind) {
    case 'reset':
      return {
        subject: `Your new password for ${shop.name}`,
        parts: [
          'Somebody, hopefully you, asked for a new password. Choose one here:',
          { link: href(routes.resetPassword.confirm.index.href({ token: letter.token })) },
          `The link works once, within ${passwordResetMinutes} minutes. If it was not you, there is nothing to do.`,
        ],
        minutes: passwordResetMinutes,
      }
    case 'confirm-registration':
      return {
        subject: `Your account at ${shop.name}`,
        parts: [
          'Somebody, hopefully you, wants to open an account with this address. Open it here:',
          { link: href(routes.confirmRegistration.index.href({ token: letter.token })) },
          `The link works once, within ${registrationHours} hours. If it was not you, there is nothing to do, and no account is opened.`,
        ],
        minutes: registrationHours * 60,
      }
    case 'confirm-address':
      return confirmAddress(
        'uses this address for an account',
        letter.token,
        ...newPassword(`${ownAccount}, choose a password:`),
      )
    case 'confirm-new-address':
      return confirmAddress(
        'wants to use this address for an account',
        letter.token,
        `${ownAccount}, create one:`,
        { link: href(routes.register.index.href()) },
      )
    case 'known-address':
      return {
        subject: `You have an account at ${shop.name}`,
        parts: [
          'Somebody, hopefully you, wanted to use this address for an account. There is one with it already.',
          ...newPassword(
            'If you have forgotten its password, or never had one, choose a new one here:',
          ),
          'If it was not you, there is nothing to do.',
        ],
        minutes: NOTICE_MINUTES,
      }
    case 'new-login':
      return notice(
        `A new login at ${shop.name}`,
        `Somebody, hopefully you, logged in to your account in a browser that we did not know: ${letter.browser}, on ${moment.format(letter.at)} UTC. Your account page lists all your logins:`,
        accountPage,
      )
    case 'password-changed':
      return notice(
        `Your password at ${shop.name} was changed`,
        'The password of your account was changed, and all other browsers were logged out.',
      )
    case 'address-changed':
      return {
        subject: `Your address at ${shop.name} was changed`,
        parts: [
          'Your account now has another e-mail address. We will no longer write to this one.',
          'If it was not you, write to the shop at once: somebody else has your account, and links for a new password no longer reach you here.',
        ],
        minutes: NOTICE_MINUTES,
      }
    case 'factors-changed':
      return notice(
        `How you log in at ${shop.name} was changed`,
        factorChanges[letter.change],
        accountPage,
      )
    case 'recovery-code-used':
      return notice(
        `A recovery code was used at ${shop.name}`,
        `Somebody, hopefully you, logged in to your account with one of its recovery codes. That code no longer works; you have ${plural(letter.left, 'code')} left.`,
        accountPage,
      )
    case 'guest-order':
      return {
        subject: orderSubject(letter),
        parts: [
          ...describeOrder(letter),
          { link: href(routes.guestOrder.show.href({ token: letter.token })) },
          `The link opens the order for ${guestOrderDays} days, for whoever has it. Logged in, you can keep the order in your account there.`,
          'If it was not you, somebody has mistyped an address, and there is nothing to do.',
        ],
        minutes: NOTICE_MINUTES,
      }
    case 'order':
      return notice(orderSubject(letter), ...describeOrder(letter), {
        link: href(routes.orders.show.href({ id: letter.id })),
      })
  }
}

function orderSubject({ id }: PlacedOrder): string {
  return `Your order ${id} at ${shop.name}`
}

function describeOrder({ id, totalCents, books }: PlacedOrder): string[] {
  return [
    `Thank you. Your order ${id} is placed:`,
    ...books.map(({ title, quantity }) => `${quantity} × ${title}`),
    `Total: ${formatPrice(totalCents)}. You can see the order here:`,
  ]
}

const moment = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
})
