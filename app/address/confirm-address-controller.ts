import { createController } from 'remix/fetch-router'
import { confirmEmail, findEmailLink } from '../../db/email-links.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import { answerOnce, findEarlierAnswer, giveAnswer, sessionProof } from '../auth/form-answer.ts'
import { sendToLogin } from '../auth/require-login.ts'
import { riseAlone, tellSignedOut } from '../auth/rise-alone.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { routes } from '../routes.ts'
import {
  addressLinkInvalidPage,
  confirmAddressPage,
  whoseAddressPage,
} from './confirm-address-page.ts'

/**
 * The page that the link leads to. The link alone proves that the address is its reader's, and the
 * login that the account is: only both together bring them together.
 */
export function createConfirmAddressController(dependencies: Dependencies) {
  const { db, mail, page, now } = dependencies

  const showInvalid = (context: AppContext) =>
    page(context, (shell) => addressLinkInvalidPage({ shell }), 404)

  return createController(routes.address.confirm, {
    actions: {
      async index(context) {
        const { token } = context.params
        const current = context.get(CurrentLogin)
        // It tells nobody whether there is such a link.
        if (!current) return page(context, (shell) => whoseAddressPage({ shell, token }))
        const owner = { userId: current.user.id, now: new Date(now()) }
        const email = await findEmailLink(db, token, owner)
        if (email === undefined) return showInvalid(context)
        const isOther = email !== current.user.email
        return page(context, (shell) => confirmAddressPage({ shell, token, email, isOther }))
      },

      async action(context) {
        const { token } = context.params
        const sentBy = sessionProof(context, dependencies)
        const earlier = await findEarlierAnswer(context, dependencies, { sentBy })
        if (earlier) return giveAnswer(context, dependencies, earlier)
        const current = context.get(CurrentLogin)
        if (!current) return sendToLogin(routes.address.confirm.index.href({ token }))

        const answer = await answerOnce(
          context,
          dependencies,
          async (tx) => {
            const by = { login: current.login, now: new Date(now()) }
            const confirmed = await confirmEmail(tx, token, by)
            if (!confirmed) return 'invalid'
            const { email, before } = confirmed
            const { user, login } = current
            const location = routes.account.show.href()
            const notice = `Your address is ${email}, and it is confirmed.`
            if (email === before) {
              return { userId: user.id, loginId: login.id, location, notice }
            }
            await mail.write(tx, before, { kind: 'address-changed' })
            const { loginId, ended } = await riseAlone(tx, login, now())
            const told = `${notice} ${tellSignedOut(ended, dependencies)}`
            return { userId: user.id, loginId, location, notice: told }
          },
          { sentBy },
        )
        return answer === 'invalid'
          ? showInvalid(context)
          : giveAnswer(context, dependencies, answer)
      },
    },
  })
}
