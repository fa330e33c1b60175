import { createController } from 'remix/fetch-router'
import * as v from 'valibot'
import { createEmailLink } from '../../db/email-links.ts'
import { findUserByEmail } from '../../db/users.ts'
import { answerSignedIn } from '../auth/answer-signed-in.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import {
  awaitEarlierAnswer,
  createFormTurns,
  findEarlierAnswer,
  giveAnswer,
  sessionProof,
} from '../auth/form-answer.ts'
import { emailField } from '../auth/personal-data.ts'
import { readKeptForm } from '../auth/kept-fields.ts'
import { requireLogin } from '../auth/require-login.ts'
import { requireMail } from '../auth/require-mail.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { readForm } from '../forms/form.ts'
import { tellTooManyLinks, tooManyRequests } from '../forms/wait-first.ts'
import { Client } from '../middleware/client-address.ts'
import { routes } from '../routes.ts'
import { requireRecentLogin } from '../step-up/require-recent-login.ts'
import { changeAddressPage } from './change-address-page.ts'
import type { AddressForm } from './change-address-page.ts'

const formPage = routes.address.change.index.href()

const addressForm = v.object({ email: emailField })

/** Asking for another address. The answer is the same whether it has an account or not. */
export function createChangeAddressController(dependencies: Dependencies) {
  const { mail, page, throttle, now } = dependencies
  const inTurn = createFormTurns(dependencies)

  function show(
    context: AppContext,
    form: AddressForm,
    init?: number | ResponseInit,
  ): Promise<Response> {
    const { email, emailConfirmedAt } = context.get(CurrentLogin)!.user
    const confirmed = emailConfirmedAt !== null
    return page(context, (shell) => changeAddressPage({ shell, email, confirmed, form }), init)
  }

  return createController(routes.address.change, {
    middleware: [
      requireMail(dependencies),
      requireLogin(dependencies, { keep: ['email'] }),
      requireRecentLogin(dependencies),
    ],
    actions: {
      async index(context) {
        const { email, emailConfirmedAt } = context.get(CurrentLogin)!.user
        const kept = await readKeptForm(context, dependencies)
        const values = kept ?? (emailConfirmedAt === null ? { email } : {})
        return show(context, { values, errors: {} })
      },

      async action(context) {
        const { user } = context.get(CurrentLogin)!
        const { values, errors, output } = readForm(addressForm, context.get(FormData))
        if (output?.email === user.email && user.emailConfirmedAt !== null) {
          errors.email = 'That is your address already.'
        }
        if (!output || errors.email !== undefined) return show(context, { values, errors }, 422)

        const { email } = output
        // One after the other, so that a form sent twice at once is counted once.
        return inTurn(context, async () => {
          const sentBy = sessionProof(context, dependencies)
          const earlier = await findEarlierAnswer(context, dependencies, { sentBy })
          if (earlier) return giveAnswer(context, dependencies, earlier)
          // Told, as it depends on nothing but what was asked for: not on whether there is an account.
          const request = { purpose: 'new-address', email, userId: user.id } as const
          const wait = await throttle.waitForMail(request, context.get(Client).address)
          if (wait > 0) {
            // The last one may have gone to the same form, sent to another server at the same time.
            const meanwhile = await awaitEarlierAnswer(context, dependencies, { sentBy })
            if (meanwhile) return giveAnswer(context, dependencies, meanwhile)
            errors.email = tellTooManyLinks(wait)
            return show(context, { values, errors }, tooManyRequests(wait))
          }
          const location = routes.account.show.href()
          const notice = `We have sent a link to ${email}. The address is yours once you have followed it.`
          return answerSignedIn(context, dependencies, formPage, async (tx, { login }) => {
            const holder = await findUserByEmail(tx, email)
            const token = await createEmailLink(tx, { userId: user.id, email }, new Date(now()))
            // Who typed it without owning it does not keep it from its owner.
            const isTaken = holder && holder.id !== user.id && holder.emailConfirmedAt !== null
            const letter = isTaken
              ? ({ kind: 'known-address' } as const)
              : ({ kind: holder ? 'confirm-address' : 'confirm-new-address', token } as const)
            await mail.write(tx, email, letter)
            return { loginId: login.id, location, notice }
          })
        })
      },
    },
  })
}
