import { createController } from 'remix/fetch-router'
import { Session } from 'remix/session'
import { findUserByEmail, findUserToChange, updatePasswordHash } from '../../db/users.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { Client } from '../middleware/client-address.ts'
import { routes } from '../routes.ts'
import { readSession } from '../session-values.ts'
import { seeOther, seeOtherWithNotice } from '../forms/see-other.ts'
import { tellToWait, tooManyRequests } from '../forms/wait-first.ts'
import { NoticeNow } from '../ui/notices.ts'
import type { Notice } from '../ui/notices.ts'
import { tellOfDevice } from '../device-binding/tell-of-device.ts'
import { CurrentLogin } from './current-login.ts'
import { Device } from './device.ts'
import { nameOfForm } from './form-answer.ts'
import { loginPage } from './login-page.ts'
import type { LoginPageProps } from './login-page.ts'
import { tellWhatFor, tellWhyToLogIn } from './login-reasons.ts'
import { safeReturnTo } from './return-to.ts'
import { isAskedForMore, signIn } from './sign-in.ts'

/** What the form keeps where it is shown again; never the password. */
type Typed = Pick<LoginPageProps, 'email' | 'remember' | 'returnTo'>

export function createLoginController(dependencies: Dependencies) {
  const { config, db, page, passwords, throttle, demoAccounts, now } = dependencies

  function showForm(
    context: AppContext,
    typed: Typed,
    notice?: Notice,
    init?: ResponseInit,
  ): Promise<Response> {
    if (notice) context.set(NoticeNow, notice)
    const reason = notice ? undefined : tellWhatFor(typed.returnTo, 'log in')
    const origin = config.publicOrigin
    return page(
      context,
      (shell) => loginPage({ shell, demoAccounts, origin, reason, ...typed }),
      init,
    )
  }

  function showTooMany(context: AppContext, typed: Typed, seconds: number): Promise<Response> {
    const notice: Notice = { kind: 'error', text: tellToWait(seconds) }
    return showForm(context, typed, notice, tooManyRequests(seconds))
  }

  return createController(routes.login, {
    actions: {
      index(context) {
        const { searchParams } = context.url
        const returnTo = safeReturnTo(searchParams.get('returnTo'))
        if (context.get(CurrentLogin)) return seeOther(returnTo ?? routes.home.href())
        const failed = readSession(context.get(Session), 'loginForm')
        const notice = searchParams.has('signed-out')
          ? signedOut
          : searchParams.has('signed-in')
            ? cookieNotKept
            : tellOfDevice(context, tellWhyToLogIn(context.url))
        return showForm(
          context,
          { email: failed?.email ?? '', remember: failed?.remember ?? false, returnTo },
          notice,
        )
      },

      async action(context) {
        const form = context.get(FormData)
        const email = String(form.get('email') ?? '').trim()
        const password = String(form.get('password') ?? '')
        const remember = form.get('remember') !== null
        const returnTo = safeReturnTo(form.get('returnTo'))
        const typed = { email, remember, returnTo }

        // Without a user a dummy hash is verified, so that neither the answer nor its time tells
        // whether the account exists (user enumeration).
        const user = await findUserByEmail(db, email)
        const { address } = context.get(Client)
        const device = user && context.get(Device).idFor(user)
        const attempt = await throttle.attempt(
          email,
          address,
          () => passwords.verify(user?.passwordHash ?? null, password, 'login', address),
          device,
        )
        if (!attempt.allowed) return showTooMany(context, typed, attempt.retryAfter)
        if (!user || !attempt.correct) return backToForm(context, typed)

        // Who has the password alone does not begin one login after the other.
        if (await isAskedForMore(context, db, user, now())) {
          const sent = nameOfForm(context, dependencies)
          const wait = await throttle.waitForPending(user.email, address, device, sent)
          if (wait > 0) return showTooMany(context, typed, wait)
        }
        const rehashed = passwords.needsRehash(user.passwordHash)
          ? await passwords.hash(password, 'login', address)
          : null
        const signedIn = await signIn(context, dependencies, {
          async findUser(tx) {
            // While it was checked, the account may have got another password or address, or be gone.
            const latest = await findUserToChange(tx, user.id)
            if (latest?.passwordHash !== user.passwordHash) return 'changed'
            if (latest.email !== user.email) return 'changed'
            if (rehashed !== null) await updatePasswordHash(tx, user.id, rehashed)
            return latest
          },
          remember,
          secondFactor: 'not given',
          returnTo,
        })
        return signedIn instanceof Response ? signedIn : backToForm(context, typed)
      },
    },
  })
}

function backToForm(context: AppContext, { email, remember, returnTo }: Typed): Response {
  context.get(Session).flash('loginForm', { email: isTooLong(email) ? '' : email, remember })
  return seeOtherWithNotice(context, routes.login.index.href(null, { returnTo }), wrong, 'error')
}

const wrong = 'The e-mail address or the password is wrong.'
const cookieNotKept: Notice = {
  kind: 'error',
  text: 'Your browser did not keep our cookie, so you are not logged in. Allow cookies for this site, and log in again.',
}
const signedOut: Notice = { kind: 'notice', text: 'You are logged out.' }

// An address has 254 bytes at most (RFC 5321), and a session cookie has no room for more.
function isTooLong(email: string): boolean {
  return Buffer.byteLength(JSON.stringify(email)) > 256
}
