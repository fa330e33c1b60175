import { createController } from 'remix/fetch-router'
import type { Database } from '../../db/database.ts'
import { deleteLogin, findLoginToChange, listLogins, nameOfLogin } from '../../db/logins.ts'
import { listPasskeys } from '../../db/passkeys.ts'
import type { Login } from '../../db/schema.ts'
import { findUserById, setPassword } from '../../db/users.ts'
import { answerSignedIn } from '../auth/answer-signed-in.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import { isActive } from '../auth/active-login.ts'
import {
  answerOnce,
  answerRepeated,
  findEarlierAnswer,
  giveAnswer,
  sessionProof,
} from '../auth/form-answer.ts'
import { checkPassword } from '../auth/password-strength.ts'
import { signOut } from '../auth/logout.ts'
import { guesserOf, isRecent } from '../auth/recent-login.ts'
import { requireLogin } from '../auth/require-login.ts'
import { riseAlone, tellSignedOut } from '../auth/rise-alone.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { Client } from '../middleware/client-address.ts'
import { routes } from '../routes.ts'
import { requireRecentLogin } from '../step-up/require-recent-login.ts'
import { formAgainHref, isFormAgain } from '../forms/form-again.ts'
import { seeOther } from '../forms/see-other.ts'
import { tellToWait, tooManyRequests } from '../forms/wait-first.ts'
import { fieldId } from '../ui/form.ts'
import { accountPage } from './account-page.ts'
import type { PasswordForm } from './account-page.ts'

const account = routes.account.show.href()
const passwordPage = formAgainHref(account, 'currentPassword')
const formPage = ({ url }: AppContext) =>
  url.pathname === routes.account.changePassword.href() ? passwordPage : account

export function createAccountController(dependencies: Dependencies) {
  const { db, deviceBindings, mail, page, passwords, throttle, now } = dependencies

  const isListed = (login: Login) => isActive(login, dependencies)

  async function show(
    context: AppContext,
    passwordForm: PasswordForm,
    init?: ResponseInit,
  ): Promise<Response> {
    const { user, login } = context.get(CurrentLogin)!
    const logins = (await listLogins(db, user.id))
      .filter(isListed)
      // Where that is off, they count on any device.
      .map((row) => (deviceBindings ? row : { ...row, bindingId: null }))
    const passkeys = (await listPasskeys(db, user.id)).length
    const hasFactor = (await findUserById(db, user.id))?.totpSecret != null
    return page(
      context,
      (shell) =>
        accountPage({
          shell,
          user,
          logins,
          currentLoginId: login.id,
          passwordForm,
          passkeys,
          hasFactor,
          recent: isRecent(login, now()),
        }),
      init,
    )
  }

  const answer = (context: AppContext, change: Parameters<typeof answerSignedIn>[3]) =>
    answerSignedIn(context, dependencies, formPage(context), change)

  const recent = [requireRecentLogin(dependencies, { formPage })] as const
  // Everybody may log out, also by this form.
  const recentForOthers = [
    requireRecentLogin(dependencies, { formPage, unless: (context) => isOwnLogin(context) }),
  ] as const

  return createController(routes.account, {
    middleware: [answerRepeated(dependencies), requireLogin(dependencies, { formPage })],
    actions: {
      async show(context) {
        const { login } = context.get(CurrentLogin)!
        // Otherwise there is no form to be told of.
        const isAgain = isFormAgain(context.url) && isRecent(login, now())
        return show(context, { values: {}, errors: isAgain ? { currentPassword: notYet } : {} })
      },

      // Where the form stands again when it was wrong, and so an address that people come back to.
      passwordForm: {
        middleware: recent,
        handler: () => seeOther(`${account}#${fieldId('currentPassword')}`),
      },

      changePassword: {
        middleware: recent,
        async handler(context) {
          const { user, login } = context.get(CurrentLogin)!
          const form = context.get(FormData)
          const currentPassword = String(form.get('currentPassword') ?? '')
          const newPassword = String(form.get('newPassword') ?? '')

          const errors: PasswordForm['errors'] = {}
          const weakness = await checkPassword(newPassword, [user.email, user.name])
          if (weakness !== null) errors.newPassword = weakness
          const stored = await findUserById(db, user.id)
          // Asked for again, and throttled like a login: whoever finds an open browser must not take
          // the account over. Counted for this login alone, so nobody else can get in its way.
          const { address } = context.get(Client)
          const hash = stored?.passwordHash ?? null
          const attempt = await throttle.attempt(
            user.email,
            address,
            () => passwords.verify(hash, currentPassword, 'change', address),
            guesserOf(login),
          )
          if (!attempt.allowed) {
            errors.currentPassword = tellToWait(attempt.retryAfter)
            return show(context, { values: {}, errors }, tooManyRequests(attempt.retryAfter))
          }
          if (!attempt.correct) {
            // Perhaps because the same form has changed it, in another process.
            const sentBy = sessionProof(context, dependencies)
            const earlier = await findEarlierAnswer(context, dependencies, { sentBy })
            if (earlier) return giveAnswer(context, dependencies, earlier)
            errors.currentPassword =
              currentPassword === ''
                ? 'Enter your current password.'
                : 'That is not your current password.'
          }
          if (Object.keys(errors).length > 0) {
            return show(context, { values: {}, errors }, { status: 422 })
          }

          const newHash = await passwords.hash(newPassword, 'change', address)
          const changed = await answer(context, async (tx, current) => {
            await setPassword(tx, user.id, newHash)
            await mail.notify(tx, current.user, { kind: 'password-changed' })
            const { loginId, ended } = await riseAlone(tx, current.login, now())
            const notice = `Your password has been changed. ${tellSignedOut(ended, dependencies)}`
            return { loginId, location: account, notice }
          })
          await throttle.forgive(user.email, address)
          return changed
        },
      },

      removeOtherLogins: {
        middleware: recent,
        handler(context) {
          return answer(context, async (tx, { login }) => {
            // A copy of this browser's cookie names the same login, and is another browser too.
            const { loginId, ended } = await riseAlone(tx, login, now())
            return { loginId, location: account, notice: tellSignedOut(ended, dependencies) }
          })
        },
      },

      removeLogin: {
        middleware: recentForOthers,
        async handler(context) {
          const { id } = context.params
          const current = context.get(CurrentLogin)!
          if (id === nameOfLogin(current.login.id)) {
            const location = `${routes.login.index.href()}?signed-out`
            const sentBy = sessionProof(context, dependencies)
            const signOutOnce = async (tx: Database) => {
              await findLoginToChange(tx, current.login)
              // Here, so that nobody is told of a logout that did not come about.
              await deleteLogin(tx, id, current.user.id)
              return { userId: current.user.id, loginId: null, location, notice: null }
            }
            const given = await answerOnce(context, dependencies, signOutOnce, { sentBy })
            await signOut(context, dependencies)
            return giveAnswer(context, dependencies, given)
          }
          return answer(context, async (tx, { user, login }) => {
            const ended = await deleteLogin(tx, id, user.id)
            const isDone = ended !== undefined && isListed(ended)
            const notice = isDone
              ? tellSignedOut([ended], dependencies)
              : 'That login had ended already.'
            return { loginId: login.id, location: account, notice }
          })
        },
      },
    },
  })
}

const notYet = 'Your password has not been changed yet: please enter it again.'

function isOwnLogin(context: AppContext): boolean {
  const id = nameOfLogin(context.get(CurrentLogin)!.login.id)
  return context.url.pathname === routes.account.removeLogin.href({ id })
}
