import { Session } from 'remix/session'
import { createLinkToken } from '../../db/link-tokens.ts'
import { insertRegistration } from '../../db/registrations.ts'
import type { NewRegistration } from '../../db/registrations.ts'
import { findUserByEmail } from '../../db/users.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { Client } from '../middleware/client-address.ts'
import { routes } from '../routes.ts'
import { readSession } from '../session-values.ts'
import { answerOnce, awaitEarlierAnswer, giveAnswer, tokensOfForm } from './form-answer.ts'
import type { FormAnswer } from './form-answer.ts'
import { keepWayOn } from './return-to.ts'

// Of each form as many as there are secrets. There is not much room in a session cookie.
const TOKENS_KEPT = 6

/**
 * Has an account wait until the link in a mail is followed. No answer here, and no time it takes,
 * depends on whether the address has an account: the mail alone tells, which only its owner reads.
 *
 * @returns The seconds until another mail may go there, where too many were asked for
 */
export async function askToConfirm(
  context: AppContext,
  dependencies: Dependencies,
  account: Omit<NewRegistration, 'browserToken'>,
  returnTo: string | null,
): Promise<Response | number> {
  const { db, mail, throttle, now } = dependencies
  const request = { purpose: 'registration', email: account.email } as const
  const wait = await throttle.waitForMail(request, context.get(Client).address)
  if (wait > 0) {
    // The last one may have gone to the same form, sent a moment before.
    const meanwhile = await awaitEarlierAnswer(context, dependencies)
    return meanwhile ? giveAsked(context, dependencies, meanwhile, returnTo) : wait
  }
  const made = tokensOfForm(context, dependencies)
  const tokens = made.length > 0 ? made : [createLinkToken()]
  const browserToken = tokens[0]!
  const isKnown = (await findUserByEmail(db, account.email)) !== undefined
  const goOn = returnTo === null ? '' : `&${new URLSearchParams({ returnTo })}`
  const answer = await answerOnce(context, dependencies, async (tx) => {
    const token = await insertRegistration(tx, { ...account, browserToken }, new Date(now()))
    await mail.write(
      tx,
      account.email,
      isKnown ? { kind: 'known-address' } : { kind: 'confirm-registration', token },
    )
    const location = `${routes.register.index.href()}?sent${goOn}`
    return { userId: null, loginId: null, location, notice: null }
  })
  return giveAsked(context, dependencies, answer, returnTo, tokens)
}

/**
 * Leads on who has asked for an account, with a session by which the browser is known when it follows the
 * link. Whenever the form is answered: the session of the first answer may be lost, or another one's.
 */
export function giveAsked(
  context: AppContext,
  dependencies: Dependencies,
  answer: FormAnswer,
  returnTo: string | null,
  tokens = tokensOfForm(context, dependencies),
): Promise<Response> {
  const session = context.get(Session)
  const others = (readSession(session, 'registration') ?? []).filter(
    (token) => !tokens.includes(token),
  )
  session.set('registration', [...tokens, ...others].slice(0, Math.max(tokens.length, TOKENS_KEPT)))
  keepWayOn(session, returnTo)
  return giveAnswer(context, dependencies, answer)
}
