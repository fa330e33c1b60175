import { createController } from 'remix/fetch-router'
import { findKeptForm } from '../../db/kept-forms.ts'
import type { KeptForm } from '../../db/kept-forms.ts'
import { findLoginToChange, replaceLogin } from '../../db/logins.ts'
import type { User } from '../../db/schema.ts'
import type { Factor } from '../../db/second-factors.ts'
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
import type { FormAnswer } from '../auth/form-answer.ts'
import { tooMany } from '../auth/login-controller.ts'
import { isRecent } from '../auth/recent-login.ts'
import { requireLogin, sendToLogin } from '../auth/require-login.ts'
import { safeReturnTo } from '../auth/return-to.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { seeOther } from '../forms/see-other.ts'
import { Client } from '../middleware/client-address.ts'
import { routes } from '../routes.ts'
import { readFactor } from '../second-factor/read-factor.ts'
import { takeFactor } from '../second-factor/take-factor.ts'
import { describeKeptForm } from './kept-deed.ts'
import { stepUpPage } from './step-up-page.ts'
import type { StepUpForm } from './step-up-page.ts'

/** Asks who is logged in to prove it again, and leads on to what that was asked for. */
export function createStepUpController(dependencies: Dependencies) {
  const { db, page, passwords, throttle, now } = dependencies

  async function showForm(
    context: AppContext,
    form: StepUpForm,
    way: WayOn,
    init?: ResponseInit,
  ): Promise<Response> {
    const { returnTo } = way
    const { email, id } = context.get(CurrentLogin)!.user
    const keptForm = await findOwn(id, way.kept)
    const kept = keptForm ? way.kept : null
    const deed = keptForm && describeKeptForm(keptForm)
    const asksForCode = (await findUserById(db, id))?.totpSecret != null
    const formKey = createFormKey()
    const again = context.url.searchParams.get('form') === 'again'
    return page(
      context,
      (shell) =>
        stepUpPage({ shell, form, email, asksForCode, returnTo, kept, deed, again, formKey }),
      init,
    )
  }

  async function findOwn(userId: number, kept: string | null): Promise<KeptForm | undefined> {
    const form = kept === null ? undefined : await findKeptForm(db, kept, new Date(now()))
    return form?.userId === userId ? form : undefined
  }

  /** Where it goes on once it is known who it is. */
  async function locationOf(
    { userId }: { userId: number },
    { returnTo, kept }: WayOn,
  ): Promise<string> {
    const form = await findOwn(userId, kept)
    return form && kept !== null ? carryOnHref(form.path, kept) : returnTo
  }

  /** Confirms the login, once the password was right, by the second factor of who has one. */
  async function confirm(
    context: AppContext,
    user: User,
    way: WayOn,
    factor: Factor | undefined,
  ): Promise<FormAnswer | 'wrong' | 'ended'> {
    const { login } = context.get(CurrentLogin)!
    const location = await locationOf(login, way)
    const sentBy = sessionProof(context, dependencies)
    return answerOnce(
      context,
      dependencies,
      async (tx) => {
        const current = await findLoginToChange(tx, login)
        if (!current) return 'ended'
        const isAskedForMore = user.totpSecret !== null
        if (isAskedForMore && !(await takeFactor(tx, dependencies, user, factor))) return 'wrong'
        const time = new Date(now())
        // Another one, so that a copy of the cookie from before has no part in it.
        const confirmed = await replaceLogin(tx, login.id, time, { confirmedAt: time })
        return { userId: user.id, loginId: confirmed!.id, location, notice: null }
      },
      { sentBy },
    )
  }

  return createController(routes.stepUp, {
    middleware: [
      answerRepeated(dependencies),
      requireLogin(dependencies, { formPage: ({ url }) => url.pathname + url.search }),
    ],
    actions: {
      async index(context) {
        const { searchParams } = context.url
        const way = readWayOn((name) => searchParams.get(name))
        const { login } = context.get(CurrentLogin)!
        const waits = (await findOwn(login.userId, way.kept)) !== undefined
        if (!waits && isRecent(login, now())) return seeOther(way.returnTo)
        return showForm(context, { values: {}, errors: {} }, way)
      },

      async action(context) {
        const { user, login } = context.get(CurrentLogin)!
        const form = context.get(FormData)
        const way = readWayOn((name) => form.get(name))
        const password = String(form.get('password') ?? '')
        const stored = await findUserById(db, user.id)
        const factor = stored && (await readFactor(stored, form.get('code'), now()))
        let answer: FormAnswer | 'wrong' | 'ended' = 'wrong'
        // Counted for this login alone: whoever guesses with a stolen cookie is not in the way of others.
        const attempt = await throttle.attempt(
          user.email,
          context.get(Client).address,
          async () => {
            const isRight = await passwords.verify(stored?.passwordHash ?? null, password)
            if (stored && isRight) answer = await confirm(context, stored, way, factor)
            return answer !== 'wrong'
          },
          login.id,
        )
        if (!attempt.allowed) {
          const errors = { password: tooMany(attempt.retryAfter) }
          const headers = { 'Retry-After': String(attempt.retryAfter) }
          return showForm(context, { values: {}, errors }, way, { status: 429, headers })
        }
        // TypeScript does not see that the throttle has run the function.
        const outcome = answer as FormAnswer | 'wrong' | 'ended'
        if (outcome === 'ended') return sendToLogin(way.returnTo)
        if (outcome !== 'wrong') return giveAnswer(context, dependencies, outcome)
        const errors = {
          password:
            stored?.totpSecret == null
              ? 'That is not your password.'
              : 'The password or the code is wrong. A code works once.',
        }
        return showForm(context, { values: {}, errors }, way, { status: 422 })
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
