import { createController } from 'remix/fetch-router'
import { Session } from 'remix/session'
import { findUserByEmail, findUserById, updatePasswordHash } from '../../db/users.ts'
import type { AppContext } from '../context.ts'
import type { Dependencies } from '../dependencies.ts'
import { Client } from '../middleware/client-address.ts'
import { routes } from '../routes.ts'
import { readSession } from '../session-values.ts'
import { seeOther, seeOtherWithNotice } from '../see-other.ts'
import { plural } from '../ui/plural.ts'
import { CurrentLogin } from './current-login.ts'
import { Device } from './device.ts'
import { loginPage } from './login-page.ts'
import type { LoginPageProps } from './login-page.ts'
import { safeReturnTo } from './return-to.ts'
import { signIn } from './sign-in.ts'

export function createLoginController(dependencies: Dependencies) {
  const { db, page, passwords, throttle, demoAccounts } = dependencies

  function showForm(
    context: AppContext,
    props: Pick<LoginPageProps, 'email' | 'remember' | 'returnTo'>,
    init?: ResponseInit,
  ): Response {
    const signedOut = context.url.searchParams.has('signed-out')
    return page(
      context,
      (shell) => {
        const notices = signedOut ? [...shell.notices, signedOutNotice] : shell.notices
        return loginPage({ shell: { ...shell, notices }, demoAccounts, ...props })
      },
      init,
    )
  }

  return createController(routes.login, {
    actions: {
      index(context) {
        const returnTo = safeReturnTo(context.url.searchParams.get('returnTo'))
        if (context.get(CurrentLogin)) return seeOther(returnTo ?? routes.home.href())
        const failed = readSession(context.get(Session), 'loginForm')
        return showForm(context, {
          email: failed?.email ?? '',
          remember: failed?.remember ?? false,
          returnTo,
        })
      },

      async action(context) {
        const form = context.get(FormData)
        const email = String(form.get('email') ?? '').trim()
        const password = String(form.get('password') ?? '')
        const remember = form.get('remember') !== null
        const returnTo = safeReturnTo(form.get('returnTo'))
        const session = context.get(Session)

        // Without a user a dummy hash is verified, so that neither the answer nor its time tells
        // whether the account exists (user enumeration).
        const user = findUserByEmail(db, email)
        const attempt = await throttle.attempt(
          email,
          context.get(Client).address,
          () => passwords.verify(user?.passwordHash ?? null, password),
          user && context.get(Device).idFor(user),
        )
        if (!attempt.allowed) {
          session.flash('notice', { kind: 'error', text: tooMany(attempt.retryAfter) })
          const headers = { 'Retry-After': String(attempt.retryAfter) }
          return showForm(context, { email, remember, returnTo }, { status: 429, headers })
        }
        const rehashed =
          user && attempt.correct && passwords.needsRehash(user.passwordHash)
            ? await passwords.hash(password)
            : null
        // While it was checked, the password may have been changed or the account deleted.
        const isCurrent = user && findUserById(db, user.id)?.passwordHash === user.passwordHash
        if (!isCurrent || !attempt.correct) {
          session.flash('loginForm', { email: isTooLong(email) ? '' : email, remember })
          const again = routes.login.index.href(null, { returnTo })
          return seeOtherWithNotice(context, again, 'The e-mail or the password is wrong.', 'error')
        }

        if (rehashed !== null) updatePasswordHash(db, user.id, rehashed)
        signIn(context, dependencies, { userId: user.id, remember })
        const home = returnTo ?? routes.home.href()
        return seeOtherWithNotice(context, home, `Welcome back, ${user.name}.`)
      },
    },
  })
}

const signedOutNotice = { kind: 'notice', text: 'You are signed out.' } as const

// An address has 254 bytes at most (RFC 5321), and a session cookie has no room for more.
function isTooLong(email: string): boolean {
  return Buffer.byteLength(JSON.stringify(email)) > 256
}

/** What to tell somebody who has to wait. */
export function tooMany(seconds: number): string {
  const wait = seconds < 90 ? plural(seconds, 'second') : plural(Math.ceil(seconds / 60), 'minute')
  return `Too many attempts. Please try again in ${wait}.`
}
