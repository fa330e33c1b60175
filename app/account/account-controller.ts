import { createController } from 'remix/fetch-router'
import { Session } from 'remix/session'
import { deleteLogin, deleteOtherLogins, findLoginWithUser, listLogins } from '../../db/logins.ts'
import { findUserById, updatePasswordHash } from '../../db/users.ts'
import { CurrentLogin, requireLogin } from '../auth/current-login.ts'
import { checkPassword } from '../auth/passwords.ts'
import { tooMany } from '../auth/login-controller.ts'
import { isActive, signOut } from '../auth/sign-in.ts'
import type { AppContext } from '../context.ts'
import type { Dependencies } from '../dependencies.ts'
import { Client } from '../middleware/client-address.ts'
import { routes } from '../routes.ts'
import { seeOther, seeOtherWithNotice } from '../see-other.ts'
import { plural } from '../ui/plural.ts'
import { accountPage } from './account-page.ts'
import type { PasswordForm } from './account-page.ts'

export function createAccountController(dependencies: Dependencies) {
  const { db, config, page, passwords, throttle, now } = dependencies

  function show(context: AppContext, passwordForm: PasswordForm, init?: ResponseInit): Response {
    const { user, login } = context.get(CurrentLogin)!
    const logins = listLogins(db, user.id).filter((row) =>
      isActive(row, config.sessionMaxAge, now()),
    )
    return page(
      context,
      (shell) => accountPage({ shell, user, logins, currentLoginId: login.id, passwordForm }),
      init,
    )
  }

  return createController(routes.account, {
    middleware: [requireLogin()],
    actions: {
      show(context) {
        return show(context, { values: {}, errors: {} })
      },

      async changePassword(context) {
        const { user, login } = context.get(CurrentLogin)!
        const form = context.get(FormData)
        const currentPassword = String(form.get('currentPassword') ?? '')
        const newPassword = String(form.get('newPassword') ?? '')

        const errors: PasswordForm['errors'] = {}
        const weakness = checkPassword(newPassword, [user.email, user.name])
        if (weakness !== null) errors.newPassword = weakness
        const stored = findUserById(db, user.id)
        // Asked for again, and throttled like a login: whoever finds an open browser must not take
        // the account over. Counted for this login alone, so nobody else can get in its way.
        const attempt = await throttle.attempt(
          user.email,
          context.get(Client).address,
          () => passwords.verify(stored?.passwordHash ?? null, currentPassword, 'change'),
          login.id,
        )
        if (!attempt.allowed) {
          errors.currentPassword = tooMany(attempt.retryAfter)
          const headers = { 'Retry-After': String(attempt.retryAfter) }
          return show(context, { values: {}, errors }, { status: 429, headers })
        }
        if (!attempt.correct) errors.currentPassword = 'That is not your current password.'
        if (Object.keys(errors).length > 0) {
          return show(context, { values: {}, errors }, { status: 422 })
        }

        const newHash = await passwords.hash(newPassword)
        // Meanwhile this login may have been ended by a reset, which must have the last word.
        if (!findLoginWithUser(db, login.id)) return seeOther(routes.login.index.href())
        updatePasswordHash(db, user.id, newHash)
        const ended = deleteOtherLogins(db, user.id, login.id)
        context.get(Session).regenerateId()
        return seeOtherWithNotice(
          context,
          routes.account.show.href(),
          `Your password is changed. ${tellSignedOut(ended)}`,
        )
      },

      removeOtherLogins(context) {
        const { user, login } = context.get(CurrentLogin)!
        return seeOtherWithNotice(
          context,
          routes.account.show.href(),
          tellSignedOut(deleteOtherLogins(db, user.id, login.id)),
        )
      },

      removeLogin(context) {
        const { user, login } = context.get(CurrentLogin)!
        const { id } = context.params
        if (id === login.id) {
          signOut(context, db)
          return seeOther(`${routes.login.index.href()}?signed-out`)
        }
        const removed = deleteLogin(db, id, user.id)
        return seeOtherWithNotice(
          context,
          routes.account.show.href(),
          removed ? tellSignedOut(1) : 'That login had ended already.',
        )
      },
    },
  })
}

function tellSignedOut(count: number): string {
  if (count === 0) return 'You were signed in nowhere else.'
  return `You are signed out in ${plural(count, 'other browser')}.`
}
