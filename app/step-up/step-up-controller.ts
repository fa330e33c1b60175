import { createController } from 'remix/fetch-router'
import { listPasskeys } from '../../db/passkeys.ts'
import { findUserById } from '../../db/users.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import { answerRepeated, giveAnswer } from '../auth/form-answer.ts'
import { lostForm } from '../auth/kept-fields.ts'
import { guesserOf, isRecent } from '../auth/recent-login.ts'
import { requireLogin } from '../auth/require-login.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { seeOther, seeOtherWithNotice } from '../forms/see-other.ts'
import { tellToWait, tooManyRequests } from '../forms/wait-first.ts'
import { Client } from '../middleware/client-address.ts'
import { routes } from '../routes.ts'
import { readFactor } from '../second-factor/read-factor.ts'
import { takeFactor } from '../second-factor/take-factor.ts'
import { confirmLogin, findWaitingForm, logInAgain, readWayOn } from './confirm-login.ts'
import type { WayOn } from './confirm-login.ts'
import { sentAlready } from './require-recent-login.ts'
import { carryOnPage, stepUpPage } from './step-up-page.ts'
import type { StepUpForm } from './step-up-page.ts'

/** Asks who is logged in to prove it again, and leads on to what that was asked for. */
export function createStepUpController(dependencies: Dependencies) {
  const { config, db, page, passwords, throttle, now } = dependencies

  async function showForm(
    context: AppContext,
    form: StepUpForm,
    way: WayOn,
    init?: ResponseInit,
  ): Promise<Response> {
    const { returnTo } = way
    const { email, id } = context.get(CurrentLogin)!.user
    const found = await findWaitingForm(dependencies, id, way)
    const again = way.again || found === 'lost'
    const waiting = found === 'lost' ? undefined : found
    const asksForCode = (await findUserById(db, id))?.totpSecret != null
    const hasPasskey = (await listPasskeys(db, id)).length > 0
    const passkeysAt = hasPasskey ? config.publicOrigin : undefined
    const asked = { email, asksForCode, passkeysAt, returnTo, waiting, again }
    return page(context, (shell) => stepUpPage({ shell, form, ...asked }), init)
  }

  return createController(routes.stepUp, {
    middleware: [
      answerRepeated(dependencies),
      requireLogin(dependencies, { ended: (context) => logInAgain(context, dependencies) }),
    ],
    actions: {
      async index(context) {
        const { searchParams } = context.url
        const way = readWayOn((name) => searchParams.get(name))
        const { login } = context.get(CurrentLogin)!
        if (!isRecent(login, now())) return showForm(context, { values: {}, errors: {} }, way)
        const { returnTo } = way
        const waiting = await findWaitingForm(dependencies, login.userId, way)
        if (!waiting) return seeOther(returnTo)
        if (waiting === 'lost') return seeOtherWithNotice(context, returnTo, lostForm, 'error')
        if (waiting.isDone) return seeOtherWithNotice(context, returnTo, sentAlready, 'error')
        return page(context, (shell) => carryOnPage({ shell, returnTo, waiting }))
      },

      async action(context) {
        const { user, login } = context.get(CurrentLogin)!
        const form = context.get(FormData)
        const way = readWayOn((name) => form.get(name))
        const password = String(form.get('password') ?? '')
        const stored = await findUserById(db, user.id)
        const factor = stored && (await readFactor(stored, form.get('code'), now()))
        // Counted for this login alone: whoever guesses with a stolen cookie is not in the way of others.
        const { address } = context.get(Client)
        const attempt = await throttle.attempt(
          user.email,
          address,
          async () => {
            const hash = stored?.passwordHash ?? null
            const isRight = await passwords.verify(hash, password, 'login', address)
            if (!stored || !isRight) return false
            const answer = await confirmLogin(context, dependencies, way, async (tx) => {
              if (stored.totpSecret === null) return true
              return (await takeFactor(tx, dependencies, stored, factor)) !== undefined
            })
            return answer !== 'wrong' && answer
          },
          guesserOf(login),
        )
        if (!attempt.allowed) {
          const { retryAfter } = attempt
          const errors = { password: tellToWait(retryAfter) }
          return showForm(context, { values: {}, errors }, way, tooManyRequests(retryAfter))
        }
        const answer = attempt.correct
        if (answer === 'ended') return logInAgain(context, dependencies)
        if (answer) return giveAnswer(context, dependencies, answer)
        const wrong =
          stored?.totpSecret == null
            ? 'That is not your password.'
            : 'The password or the code is wrong. A code works once.'
        const errors = { password: password === '' ? 'Enter your password.' : wrong }
        return showForm(context, { values: {}, errors }, way, { status: 422 })
      },
    },
  })
}
