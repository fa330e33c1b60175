import { createController } from 'remix/fetch-router'
import * as v from 'valibot'
import { deleteAllLogins } from '../../db/logins.ts'
import {
  createPasswordReset,
  findPasswordReset,
  passwordResetMinutes,
  takePasswordReset,
} from '../../db/password-resets.ts'
import { findUserByEmail, findUserById, updatePasswordHash } from '../../db/users.ts'
import { checkPassword } from '../auth/passwords.ts'
import { emailField } from '../auth/personal-data.ts'
import type { Dependencies } from '../dependencies.ts'
import { readForm } from '../form.ts'
import type { Log } from '../log.ts'
import type { Mailer, Message } from '../mailer.ts'
import { Client } from '../middleware/client-address.ts'
import { routes } from '../routes.ts'
import { seeOther, seeOtherWithNotice } from '../see-other.ts'
import { shop } from '../ui/shop.ts'
import { newPasswordPage, resetInvalidPage } from './new-password-page.ts'
import { resetRequestPage, resetSentPage } from './request-page.ts'

const requestForm = v.object({ email: emailField })

/** Asking for a link. The answer is the same whether the address has an account or not. */
export function createResetRequestController(dependencies: Dependencies) {
  const { db, config, page, mailer, log, throttle, now } = dependencies
  return createController(routes.resetPassword.request, {
    actions: {
      index(context) {
        const sent = context.url.searchParams.has('sent')
        return page(context, (shell) =>
          sent
            ? resetSentPage({ shell, outbox: !config.production })
            : resetRequestPage({ shell, form: { values: {}, errors: {} } }),
        )
      },

      async action(context) {
        const { values, errors, output } = readForm(requestForm, context.get(FormData))
        if (!output) {
          const form = { values, errors }
          return page(context, (shell) => resetRequestPage({ shell, form }), 422)
        }
        const user = findUserByEmail(db, output.email)
        const { address } = context.get(Client)
        // Who asks too often gets the same answer and no further mail.
        if (user && (await throttle.allowReset(output.email, address))) {
          const token = createPasswordReset(db, user.id, new Date(now()))
          const path = routes.resetPassword.confirm.index.href({ token })
          const link = new URL(path, config.publicOrigin).href
          // Not waited for: how long a mail takes would tell that there is an account.
          sendLater(mailer, log, {
            to: user.email,
            subject: `Your new password for ${shop.name}`,
            text: resetMail(link),
          })
        }
        return seeOther(`${routes.resetPassword.request.index.href()}?sent`)
      },
    },
  })
}

/** The page that the link leads to. */
export function createResetConfirmController({ db, page, passwords, now }: Dependencies) {
  return createController(routes.resetPassword.confirm, {
    actions: {
      index(context) {
        const { token } = context.params
        const valid = findPasswordReset(db, token, new Date(now())) !== undefined
        if (!valid) return page(context, (shell) => resetInvalidPage({ shell }), 404)
        const form = { values: {}, errors: {} }
        return page(context, (shell) => newPasswordPage({ shell, token, form }))
      },

      async action(context) {
        const { token } = context.params
        const userId = findPasswordReset(db, token, new Date(now()))
        const user = userId === undefined ? undefined : findUserById(db, userId)
        if (!user) return page(context, (shell) => resetInvalidPage({ shell }), 404)

        const password = String(context.get(FormData).get('password') ?? '')
        const weakness = checkPassword(password, [user.email, user.name])
        if (weakness !== null) {
          const form = { values: {}, errors: { password: weakness } }
          return page(context, (shell) => newPasswordPage({ shell, token, form }), 422)
        }

        const passwordHash = await passwords.hash(password)
        // Taken only now, in one step: of two that use the link at once, one succeeds.
        if (takePasswordReset(db, token, new Date(now())) === undefined) {
          return page(context, (shell) => resetInvalidPage({ shell }), 404)
        }
        updatePasswordHash(db, user.id, passwordHash)
        deleteAllLogins(db, user.id)
        const text = 'Your password is changed. Please log in with the new one.'
        return seeOtherWithNotice(context, routes.login.index.href(), text)
      },
    },
  })
}

// Without the name, which anybody can choose for somebody else's address.
function resetMail(link: string): string {
  return `Hello,

somebody, hopefully you, asked for a new password. Choose one here:

${link}

The link works once, within ${passwordResetMinutes} minutes. If it was not you, there is nothing to do.
`
}

function sendLater(mailer: Mailer, log: Log, message: Message): void {
  mailer.send(message).catch((error: unknown) => log({ event: 'error', error }))
}
