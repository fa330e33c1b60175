import { createController } from 'remix/fetch-router'
import { Session } from 'remix/session'
import * as v from 'valibot'
import { deleteAllLogins } from '../../db/logins.ts'
import {
  createPasswordReset,
  findPasswordReset,
  passwordResetMinutes,
  resetPassword,
} from '../../db/password-resets.ts'
import { findUserByEmail, findUserById } from '../../db/users.ts'
import { Device } from '../auth/device.ts'
import { answerOnce, createFormKey, findEarlierAnswer, giveAnswer } from '../auth/form-answer.ts'
import { checkPassword } from '../auth/password-strength.ts'
import { emailField } from '../auth/personal-data.ts'
import { safeReturnTo } from '../auth/return-to.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { readForm } from '../forms/form.ts'
import { Client } from '../middleware/client-address.ts'
import { routes } from '../routes.ts'
import { seeOther } from '../forms/see-other.ts'
import { readSession } from '../session-values.ts'
import { newPasswordPage, resetInvalidPage } from './new-password-page.ts'
import type { NewPasswordForm } from './new-password-page.ts'
import { resetRequestPage, resetSentPage } from './request-page.ts'

const requestForm = v.object({ email: emailField })

// A second click asks for nothing more; who comes back later wants another mail.
const SAME_REQUEST_MS = 60_000

/** Asking for a link. The answer is the same whether the address has an account or not. */
export function createResetRequestController(dependencies: Dependencies) {
  const { db, config, page, mail, throttle, now } = dependencies

  // The same is done for an address without an account: neither the answer nor its time tells.
  async function mailLink(context: AppContext, email: string): Promise<void> {
    const once = { forMs: SAME_REQUEST_MS }
    if (await findEarlierAnswer(context, dependencies, once)) return
    const user = await findUserByEmail(db, email)
    // Who asks too often gets the same answer and no further mail.
    const device = user && context.get(Device).idFor(user)
    if (!(await throttle.allowReset(email, context.get(Client).address, device))) return
    const [userId, to] = user ? [user.id, user.email] : [null, null]
    await answerOnce(
      context,
      dependencies,
      async (tx) => {
        const token = await createPasswordReset(tx, userId, new Date(now()))
        await mail.write(tx, to, { kind: 'reset', token })
        return { userId, loginId: null, location: '', notice: null }
      },
      once,
    )
  }

  return createController(routes.resetPassword.request, {
    actions: {
      index(context) {
        const { searchParams } = context.url
        const returnTo = safeReturnTo(searchParams.get('returnTo'))
        const form = { values: {}, errors: {} }
        const formKey = createFormKey()
        return page(context, (shell) =>
          searchParams.has('sent')
            ? resetSentPage({
                shell,
                minutes: passwordResetMinutes,
                outbox: !config.production,
                returnTo,
              })
            : resetRequestPage({ shell, form, formKey, returnTo }),
        )
      },

      async action(context) {
        const returnTo = safeReturnTo(context.get(FormData).get('returnTo'))
        const { values, errors, output } = readForm(requestForm, context.get(FormData))
        if (!output) {
          const form = { values, errors }
          const formKey = createFormKey()
          return page(context, (shell) => resetRequestPage({ shell, form, formKey, returnTo }), 422)
        }
        // Not by way of the mail: it repeats nothing that whoever asks has chosen.
        if (returnTo !== null && returnTo.length <= LONGEST_RETURN_TO) {
          context.get(Session).set('afterReset', returnTo)
        }
        await mailLink(context, output.email)
        const goOn = returnTo === null ? '' : `&${new URLSearchParams({ returnTo })}`
        return seeOther(`${routes.resetPassword.request.index.href()}?sent${goOn}`)
      },
    },
  })
}

// There is not much room in a session cookie.
const LONGEST_RETURN_TO = 300

/** The page that the link leads to. */
export function createResetConfirmController(dependencies: Dependencies) {
  const { db, mail, page, passwords, throttle, now } = dependencies

  function showForm(context: AppContext, form: NewPasswordForm, token: string, status = 200) {
    const formKey = createFormKey()
    return page(context, (shell) => newPasswordPage({ shell, token, form, formKey }), status)
  }

  return createController(routes.resetPassword.confirm, {
    actions: {
      async index(context) {
        const { token } = context.params
        const valid = (await findPasswordReset(db, token, new Date(now()))) !== undefined
        if (!valid) return page(context, (shell) => resetInvalidPage({ shell }), 404)
        return showForm(context, { values: {}, errors: {} }, token)
      },

      async action(context) {
        const { token } = context.params
        // To the letter that of a moment ago, token and password included.
        const earlier = await findEarlierAnswer(context, dependencies)
        if (earlier) return await giveAnswer(context, dependencies, earlier)

        const userId = await findPasswordReset(db, token, new Date(now()))
        const user = userId === undefined ? undefined : await findUserById(db, userId)
        if (!user) return page(context, (shell) => resetInvalidPage({ shell }), 404)

        const password = String(context.get(FormData).get('password') ?? '')
        const weakness = await checkPassword(password, [user.email, user.name])
        if (weakness !== null) {
          return showForm(context, { values: {}, errors: { password: weakness } }, token, 422)
        }

        const passwordHash = await passwords.hash(password, 'reset')
        const returnTo = safeReturnTo(readSession(context.get(Session), 'afterReset') ?? null)
        const answer = await answerOnce(context, dependencies, async (tx) => {
          // Taken only now, in one step: of two that use the link at once, one succeeds.
          const taken = await resetPassword(tx, token, { passwordHash, now: new Date(now()) })
          if (taken === undefined) return 'invalid'
          await deleteAllLogins(tx, user.id)
          await mail.notify(tx, user, { kind: 'password-changed' })
          const location = routes.login.index.href(null, { returnTo })
          const notice = 'Your password is changed. Please log in with the new one.'
          return { userId: user.id, loginId: null, location, notice }
        })
        if (answer === 'invalid') return page(context, (shell) => resetInvalidPage({ shell }), 404)

        // Those were guesses at the old one. And whoever reads the user's mail is the user.
        await throttle.forgive(user.email, context.get(Client).address)
        const changed = await findUserById(db, user.id)
        if (changed) context.get(Device).trust(changed)
        return await giveAnswer(context, dependencies, answer)
      },
    },
  })
}
