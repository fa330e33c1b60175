import { createController } from 'remix/fetch-router'
import { Session } from 'remix/session'
import {
  findRegistration,
  isFromBrowser,
  openAccount,
  type Registration,
} from '../../db/registrations.ts'
import { findEarlierAnswer, giveAnswer } from '../auth/form-answer.ts'
import { keptWayOn } from '../auth/return-to.ts'
import { signIn } from '../auth/sign-in.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { tellToWait, tooManyRequests } from '../forms/wait-first.ts'
import { Client } from '../middleware/client-address.ts'
import { routes } from '../routes.ts'
import { readSession } from '../session-values.ts'
import { confirmRegistrationPage, registrationInvalidPage } from './confirm-registration-page.ts'
import type { ConfirmRegistrationForm } from './confirm-registration-page.ts'

/**
 * The page that the link leads to. It takes more than the link: the browser that asked for the account,
 * or its password. Else whoever asked in somebody's name would share the account with its owner, who
 * has only followed a link.
 */
export function createConfirmRegistrationController(dependencies: Dependencies) {
  const { db, page, passwords, throttle, now } = dependencies

  const find = (token: string) => findRegistration(db, token, new Date(now()))

  const showInvalid = (context: AppContext) =>
    page(context, (shell) => registrationInvalidPage({ shell }), 404)

  function showForm(
    context: AppContext,
    registration: Registration,
    form: ConfirmRegistrationForm,
    init?: ResponseInit,
  ): Promise<Response> {
    const { token } = context.params as { token: string }
    const askPassword = !asked(context, registration)
    const { email } = registration
    return page(
      context,
      (shell) => confirmRegistrationPage({ shell, token, email, askPassword, form }),
      init,
    )
  }

  return createController(routes.confirmRegistration, {
    actions: {
      async index(context) {
        const registration = await find(context.params.token)
        if (!registration) return showInvalid(context)
        return showForm(context, registration, { values: {}, errors: {} })
      },

      async action(context) {
        const { token } = context.params
        const earlier = await findEarlierAnswer(context, dependencies)
        if (earlier) return giveAnswer(context, dependencies, earlier)
        const registration = await find(token)
        if (!registration) return showInvalid(context)

        if (!asked(context, registration)) {
          const password = String(context.get(FormData).get('password') ?? '')
          const { address } = context.get(Client)
          const attempt = await throttle.attempt(registration.email, address, () =>
            passwords.verify(registration.passwordHash, password, 'login', address),
          )
          if (!attempt.allowed) {
            const { retryAfter } = attempt
            const form = { values: {}, errors: { password: tellToWait(retryAfter) } }
            return showForm(context, registration, form, tooManyRequests(retryAfter))
          }
          if (!attempt.correct) {
            const wrong = 'That is not the password of this account.'
            const errors = {
              password: password === '' ? 'Enter the password of this account.' : wrong,
            }
            return showForm(context, registration, { values: {}, errors }, { status: 422 })
          }
        }
        const signedIn = await signIn(context, dependencies, {
          findUser: (tx) => openAccount(tx, token, new Date(now())),
          remember: false,
          returnTo: keptWayOn(context.get(Session)),
          secondFactor: 'not given',
          isNew: true,
        })
        return signedIn instanceof Response ? signedIn : showInvalid(context)
      },
    },
  })
}

function asked(context: AppContext, registration: Registration): boolean {
  return isFromBrowser(registration, readSession(context.get(Session), 'registration') ?? [])
}
