import { createController } from 'remix/fetch-router'
import { Session } from 'remix/session'
import { listPasskeys } from '../../db/passkeys.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import { answerRepeated, giveAnswer } from '../auth/form-answer.ts'
import { guesserOf } from '../auth/recent-login.ts'
import { requireLogin } from '../auth/require-login.ts'
import type { Dependencies } from '../context.ts'
import { seeOtherWithNotice } from '../forms/see-other.ts'
import { Client } from '../middleware/client-address.ts'
import { routes } from '../routes.ts'
import { confirmLogin, logInAgain, readWayOn, stepUpHref } from '../step-up/confirm-login.ts'
import { requestOptions } from './ceremony-options.ts'
import { giveChallenge } from './challenges.ts'
import { relyingParty } from './credential.ts'
import { passkeyRefused } from './login-controller.ts'
import { readProof } from './read-proof.ts'
import { tooManyAttempts } from './too-many-attempts.ts'

/** Confirms a login by a passkey of its user, in place of the password and the code. */
export function createPasskeyStepUpController(dependencies: Dependencies) {
  const { config, db, throttle, now } = dependencies

  return createController(routes.passkeyStepUp, {
    middleware: [
      answerRepeated(dependencies),
      requireLogin(dependencies, { ended: (context) => logInAgain(context, dependencies) }),
    ],
    actions: {
      async options(context) {
        const own = await listPasskeys(db, context.get(CurrentLogin)!.user.id)
        const challenge = giveChallenge(context.get(Session), 'confirm', now())
        return Response.json(requestOptions(relyingParty(config), challenge, own))
      },

      async action(context) {
        const { user, login } = context.get(CurrentLogin)!
        const form = context.get(FormData)
        const way = readWayOn((name) => form.get(name))
        const again = stepUpHref(way)
        const proof = await readProof(context, dependencies, 'confirm')
        const attempt = await throttle.attempt(
          user.email,
          context.get(Client).address,
          async () => {
            if (!proof || proof.user?.id !== user.id || !proof.isRight()) return false
            const answer = await confirmLogin(context, dependencies, way, proof.take)
            return answer !== 'wrong' && answer
          },
          guesserOf(login),
        )
        if (!attempt.allowed) {
          const back = { href: again, text: 'Confirm that it is you' }
          return tooManyAttempts(context, dependencies, attempt.retryAfter, back)
        }
        const answer = attempt.correct
        if (answer === 'ended') return logInAgain(context, dependencies)
        if (answer) return giveAnswer(context, dependencies, answer)
        return seeOtherWithNotice(context, again, passkeyRefused, 'error')
      },
    },
  })
}
