import type { Session } from 'remix/session'
import * as v from 'valibot'

const notice = v.object({
  kind: v.picklist(['notice', 'error']),
  text: v.string(),
  /** Words of the text that lead somewhere. */
  link: v.optional(v.object({ text: v.string(), href: v.string() })),
})

/** What may stand in a session. What is not here lives in the database. */
const schemas = {
  /** The id of a row in `logins`: who is logged in. Deleting the row logs out. */
  loginId: v.string(),
  /** The id of a row in `pending_logins`: the password was right, and nobody is logged in yet. */
  pendingLoginId: v.string(),
  /** What the codes of a second factor are made of while it is set up, until a code proves it. */
  newTotpSecret: v.pipe(v.string(), v.regex(/^[A-Z2-7]{32}$/)),
  /** What passkeys may answer, what for, and since when in milliseconds: see challenges.ts. */
  passkeyChallenges: v.array(
    v.object({
      purpose: v.picklist(['add', 'log in', 'confirm']),
      challenge: v.string(),
      at: v.number(),
    }),
  ),
  /** Flash: what recovery codes are made of, to show them once. */
  recoverySeed: v.string(),
  /**
   * Of a guest: book ids and quantities. Prices and titles are read from the database each time. Who
   * logs in takes it along into the cart of the account, which is in the database.
   */
  cart: byBook(v.number()),
  /** Made with the cart: what was taken out of it is known by it. */
  cartId: v.string(),
  /** Of a guest who has had another cart before: the id of the first one. */
  guestId: v.string(),
  /** Of a customer who was a guest here before, and what their forms were known by then. */
  wasGuest: v.object({ guestId: v.string(), userId: v.number() }),
  /** The forms that added to the cart last, each with its book. */
  cartForms: v.array(v.string()),
  /** Book ids and the price in cents when it was put in the cart, to tell when it has changed. */
  pricesSeen: byBook(v.pipe(v.number(), v.integer())),
  /** Flash: what the page after a redirect tells. */
  notice,
  /** Flash: what became of a cart that moved into the account. */
  cartNotice: notice,
  /** Flash: what was typed into a login form that failed, except the password. */
  loginForm: v.object({ email: v.string(), remember: v.boolean() }),
  /** What this browser is known by that asked for accounts, the latest first, until a link is followed. */
  registration: v.array(v.string()),
  /** Where a new password or account shall lead, once somebody is logged in with it. */
  wayOn: v.string(),
}

type SessionValues = { [key in keyof typeof schemas]: v.InferOutput<(typeof schemas)[key]> }

/** Their types, for `set` and `flash`. */
declare module 'remix/session' {
  interface SessionKeys extends SessionValues {}
}

/**
 * Reads a value of the session; use it instead of `session.get`. A session lives longer than the code
 * that wrote it: what is not as the code of today would write it counts as absent.
 */
export function readSession<const key extends keyof SessionValues>(
  session: Session,
  key: key,
): SessionValues[key] | undefined {
  const value = session.get(key)
  if (value === undefined) return undefined
  const result = v.safeParse(schemas[key], value)
  return result.success ? (result.output as SessionValues[key]) : undefined
}

/** Values by the id of a book. A wrong one does not take the others along. */
function byBook(value: v.GenericSchema<number>) {
  return v.pipe(
    v.custom<Record<string, number>>(isObject),
    v.transform((values) =>
      Object.fromEntries(
        Object.entries(values).filter(([id, one]) => isId(id) && v.is(value, one)),
      ),
    ),
  )
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isId(text: string): boolean {
  return /^[1-9]\d{0,14}$/.test(text)
}
