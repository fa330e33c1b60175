import { createController } from 'remix/fetch-router'
import { Session } from 'remix/session'
import { findUserToChange } from '../../db/users.ts'
import { Device } from '../auth/device.ts'
import { findEarlierAnswer, giveAnswer, sessionProof } from '../auth/form-answer.ts'
import { safeReturnTo } from '../auth/return-to.ts'
import { signIn } from '../auth/sign-in.ts'
import type { Dependencies } from '../context.ts'
import { seeOtherWithNotice } from '../forms/see-other.ts'
import { Client } from '../middleware/client-address.ts'
import { routes } from '../routes.ts'
import { requestOptions } from './ceremony-options.ts'
import { giveChallenge } from './challenges.ts'
import { relyingParty } from './credential.ts'
import { readProof } from './read-proof.ts'
import { tooManyAttempts } from './too-many-attempts.ts'

/** The way in without a password: whoever has a passkey need not even say who it is. */
export function createPasskeyLoginController(dependencies: Dependencies) {
  const { config, throttle, now } = dependencies

  return createController(routes.passkeyLogin, {
    actions: {
      options(context) {
        const challenge = giveChallenge(context.get(Session), 'log in', now())
        return Response.json(requestOptions(relyingParty(config), challenge))
      },

      async action(context) {
        const form = context.get(FormData)
        const remember = form.get('remember') !== null
        const returnTo = safeReturnTo(form.get('returnTo'))
        const again = routes.login.index.href(null, { returnTo })
        const sentBy = sessionProof(context, dependencies)
        // By then the session has another id, and the challenge is gone.
        const earlier = await findEarlierAnswer(context, dependencies, { sentBy })
        if (earlier) return giveAnswer(context, dependencies, earlier)

        const refuse = () => seeOtherWithNotice(context, again, passkeyRefused, 'error')
        const proof = await readProof(context, dependencies, 'log in')
        if (!proof) return refuse()
        const { id, user } = proof
        const attempt = await throttle.attempt(
          { passkey: id },
          context.get(Client).address,
          async () => {
            if (!user || !proof.isRight()) return false
            const signedIn = await signIn(context, dependencies, {
              async findUser(tx) {
                const latest = await findUserToChange(tx, user.id)
                return latest && (await proof.take(tx)) ? latest : 'wrong'
              },
              secondFactor: 'given',
              remember,
              returnTo,
              sentBy,
            })
            return signedIn !== 'wrong' && signedIn
          },
          user && context.get(Device).idFor(user),
        )
        if (!attempt.allowed) {
          const back = { href: again, text: 'Log in' }
          return tooManyAttempts(context, dependencies, attempt.retryAfter, back)
        }
        return attempt.correct || refuse()
      },
    },
  })
}

export const passkeyRefused =
  'That passkey did not work: it may have been removed, or it took longer than five minutes. Please try again, or use your password.'
