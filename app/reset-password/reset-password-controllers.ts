import { createController } from 'remix/fetch-router'
import { Session } from 'remix/session'
import * as v from 'valibot'
import { deleteAllLogins } from '../../db/logins.ts'
import {
  createPasswordReset,
  findPasswordReset,
  passwordResetMinutes,
  resetAccount,
  resetPassword,
} from '../../db/password-resets.ts'
import type { User } from '../../db/schema.ts'
import { findUserByEmail, findUserById } from '../../db/users.ts'
import { Device } from '../auth/device.ts'
import { answerOnce, findEarlierAnswer, giveAnswer } from '../auth/form-answer.ts'
import { mailSentPage } from '../auth/mail-sent-page.ts'
import { requireMail } from '../auth/require-mail.ts'
import { checkPassword } from '../auth/password-strength.ts'
import { emailField, nameField } from '../auth/personal-data.ts'
import { keepWayOn, keptWayOn, safeReturnTo } from '../auth/return-to.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { readForm } from '../forms/form.ts'
import { Client } from '../middleware/client-address.ts'
import { routes } from '../routes.ts'
import { seeOther } from '../forms/see-other.ts'
import { newPasswordPage, resetInvalidPage } from './new-password-page.ts'
import type { NewPasswordForm } from './new-password-page.ts'
import { resetRequestPage } from './request-page.ts'

const requestForm = v.object({ email: emailField })

// A second click asks for nothing more; who comes back later wants another mail.
const SAME_REQUEST_MS = 60_000

/** Asking for a link. The answer is the same whether the address has an account or not. */
export function createResetRequestController(dependencies: Dependencies) {
  const { db, page, mail, throttle, now } = dependencies

  // The same is done for an address without an account: neither the answer nor its time tells.
  async function mailLink(context: AppContext, email: string): Promise<void> {
    const once = { forMs: SAME_REQUEST_MS }
    if (await findEarlierAnswer(context, dependencies, once)) return
    const user = await findUserByEmail(db, email)
    // Who asks too often gets the same answer and no further mail.
    const device = user && context.get(Device).idFor(user)
    const request = { purpose: 'reset', email, device } as const
    if ((await throttle.waitForMail(request, context.get(Client).address)) > 0) return
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
    middleware: [requireMail(dependencies)],
    actions: {
      index(context) {
        const { searchParams } = context.url
        const returnTo = safeReturnTo(searchParams.get('returnTo'))
        const form = { values: {}, errors: {} }
        return page(context, (shell) =>
          searchParams.has('sent')
            ? mailSentPage({ shell, text: onItsWay, returnTo })
            : resetRequestPage({ shell, form, returnTo }),
        )
      },

      async action(context) {
        const returnTo = safeReturnTo(context.get(FormData).get('returnTo'))
        const { values, errors, output } = readForm(requestForm, context.get(FormData))
        if (!output) {
          const form = { values, errors }
          return page(context, (shell) => resetRequestPage({ shell, form, returnTo }), 422)
        }
        keepWayOn(context.get(Session), returnTo)
        await mailLink(context, output.email)
        const goOn = returnTo === null ? '' : `&${new URLSearchParams({ returnTo })}`
        return seeOther(`${routes.resetPassword.request.index.href()}?sent${goOn}`)
      },
    },
  })
}

const onItsWay = `If there is an account with that address, a link to choose a new password is on its way. It works once, within ${passwordResetMinutes} minutes.`

/** The page that the link leads to. */
export function createResetConfirmController(dependencies: Dependencies) {
  const { db, mail, page, passwords, throttle, now } = dependencies

  function showForm(
    context: AppContext,
    { email }: User,
    props: { form: NewPasswordForm; token: string; beginsAnew: boolean },
    status = 200,
  ): Promise<Response> {
    return page(context, (shell) => newPasswordPage({ shell, email, ...props }), status)
  }

  const showInvalid = (context: AppContext) =>
    page(context, (shell) => resetInvalidPage({ shell }), 404)

  async function findUser(token: string): Promise<User | undefined> {
    const userId = await findPasswordReset(db, token, new Date(now()))
    return userId === undefined ? undefined : findUserById(db, userId)
  }

  return createController(routes.resetPassword.confirm, {
    actions: {
      async index(context) {
        const { token } = context.params
        const user = await findUser(token)
        if (!user) return showInvalid(context)
        const form = { values: {}, errors: {} }
        return showForm(context, user, { form, token, beginsAnew: mayBeOfStranger(context, user) })
      },

      async action(context) {
        const { token } = context.params
        // To the letter that of a moment ago, token and password included.
        const earlier = await findEarlierAnswer(context, dependencies)
        if (earlier) return await giveAnswer(context, dependencies, earlier)

        const user = await findUser(token)
        if (!user) return showInvalid(context)

        const beginsAnew = mayBeOfStranger(context, user)
        const password = String(context.get(FormData).get('password') ?? '')
        const named = readForm(newAccount, context.get(FormData))
        const name = named.output?.name ?? user.name
        const form: NewPasswordForm = { values: named.values, errors: {} }
        if (beginsAnew) form.errors = named.errors
        const weakness = await checkPassword(password, [user.email, name])
        if (weakness !== null) form.errors.password = weakness
        if (Object.keys(form.errors).length > 0) {
          return showForm(context, user, { form, token, beginsAnew }, 422)
        }

        const { address } = context.get(Client)
        const passwordHash = await passwords.hash(password, 'reset', address)
        const returnTo = keptWayOn(context.get(Session))
        const answer = await answerOnce(context, dependencies, async (tx) => {
          // Taken only now, in one step: of two that use the link at once, one succeeds.
          const chosen = { name, passwordHash, now: new Date(now()) }
          const userId = beginsAnew
            ? (await resetAccount(tx, token, chosen))?.id
            : await resetPassword(tx, token, chosen)
          if (userId === undefined) return 'invalid'
          await deleteAllLogins(tx, userId)
          await mail.notify(tx, user, { kind: 'password-changed' })
          const location = routes.login.index.href(null, { returnTo })
          const notice = 'Your password has been changed. Please log in with the new one.'
          return { userId, loginId: null, location, notice }
        })
        if (answer === 'invalid') return showInvalid(context)

        // Those were guesses at the old one. And whoever reads the user's mail is the user, except to a
        // second factor: as a device that was logged in, each reset would have guesses at the code of its own.
        await throttle.forgive(user.email, address)
        const changed = await findUserByEmail(db, user.email)
        if (changed?.totpSecret === null) context.get(Device).trust(changed)
        return await giveAnswer(context, dependencies, answer)
      },
    },
  })
}

const newAccount = v.object({ name: nameField })

/**
 * Whether somebody else may have opened this account: nobody has shown before that the address is
 * theirs, and this browser was last logged in to another one, if to any.
 */
function mayBeOfStranger(context: AppContext, user: User): boolean {
  return user.emailConfirmedAt === null && context.get(Device).userId !== user.id
}
