import { createController } from 'remix/fetch-router'
import { findKeptForm } from '../../db/kept-forms.ts'
import { findLoginToChange, replaceLogin } from '../../db/logins.ts'
import { findUserById } from '../../db/users.ts'
import { carryOnHref } from '../auth/carry-on.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import {
  answerOnce,
  answerRepeated,
  createFormKey,
  giveAnswer,
  sessionProof,
} from '../auth/form-answer.ts'
import { tooMany } from '../auth/login-controller.ts'
import { isRecent } from '../auth/recent-login.ts'
import { requireLogin, sendToLogin } from '../auth/require-login.ts'
import { safeReturnTo } from '../auth/return-to.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { seeOther } from '../forms/see-other.ts'
import { Client } from '../middleware/client-address.ts'
import { routes } from '../routes.ts'
import { stepUpPage } from './step-up-page.ts'
import type { StepUpForm } from './step-up-page.ts'

/** Asks who is logged in to prove it again, and leads on to what that was asked for. */
export function createStepUpController(dependencies: Dependencies) {
  const { db, page, passwords, throttle, now } = dependencies

  function showForm(
    context: AppContext,
    form: StepUpForm,
    { returnTo, kept }: WayOn,
    init?: ResponseInit,
  ): Promise<Response> {
    const { email } = context.get(CurrentLogin)!.user
    const formKey = createFormKey()
    const again = context.url.searchParams.get('form') === 'again'
    return page(
      context,
      (shell) => stepUpPage({ shell, form, email, returnTo, kept, again, formKey }),
      init,
    )
  }

  /** Where it goes on once it is known who it is. */
  async function locationOf(
    { userId }: { userId: number },
    { returnTo, kept }: WayOn,
  ): Promise<string> {
    const form = kept === null ? undefined : await findKeptForm(db, kept, new Date(now()))
    if (kept === null || form?.userId !== userId) return returnTo
    return carryOnHref(form.path, kept)
  }

  return createController(routes.stepUp, {
    middleware: [
      answerRepeated(dependencies),
      requireLogin(dependencies, { formPage: ({ url }) => url.pathname + url.search }),
    ],
    actions: {
      index(context) {
        const { searchParams } = context.url
        const way = readWayOn((name) => searchParams.get(name))
        const { login } = context.get(CurrentLogin)!
        if (way.kept === null && isRecent(login, now())) return seeOther(way.returnTo)
        return showForm(context, { values: {}, errors: {} }, way)
      },

      async action(context) {
        const { user, login } = context.get(CurrentLogin)!
        const form = context.get(FormData)
        const way = readWayOn((name) => form.get(name))
        const password = String(form.get('password') ?? '')
        const stored = await findUserById(db, user.id)
        // Counted for this login alone: whoever guesses with a stolen cookie is not in the way of others.
        const attempt = await throttle.attempt(
          user.email,
          context.get(Client).address,
          () => passwords.verify(stored?.passwordHash ?? null, password),
          login.id,
        )
        if (!attempt.allowed) {
          const errors = { password: tooMany(attempt.retryAfter) }
          const headers = { 'Retry-After': String(attempt.retryAfter) }
          return showForm(context, { values: {}, errors }, way, { status: 429, headers })
        }
        if (!attempt.correct) {
          const errors = { password: 'That is not your password.' }
          return showForm(context, { values: {}, errors }, way, { status: 422 })
        }

        const location = await locationOf(login, way)
        const sentBy = sessionProof(context, dependencies)
        const answer = await answerOnce(
          context,
          dependencies,
          async (tx) => {
            const current = await findLoginToChange(tx, login)
            if (!current) return 'ended'
            const time = new Date(now())
            // Another one, so that a copy of the cookie from before has no part in it.
            const confirmed = await replaceLogin(tx, login.id, time, { confirmedAt: time })
            return { userId: user.id, loginId: confirmed!.id, location, notice: null }
          },
          { sentBy },
        )
        return answer === 'ended'
          ? sendToLogin(way.returnTo)
          : giveAnswer(context, dependencies, answer)
      },
    },
  })
}

interface WayOn {
  /** Where to go without a form, already checked. */
  returnTo: string
  /** The form that waits. */
  kept: string | null
}

function readWayOn(read: (name: string) => FormDataEntryValue | null): WayOn {
  const kept = read('kept')
  return {
    returnTo: safeReturnTo(read('returnTo'), routes.account.show.href()),
    kept: typeof kept === 'string' ? kept : null,
  }
}
