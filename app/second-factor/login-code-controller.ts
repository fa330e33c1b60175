import { createController } from 'remix/fetch-router'
import { Session } from 'remix/session'
import { findLoginWithUser } from '../../db/logins.ts'
import { findPendingLogin, takePendingLogin } from '../../db/pending-logins.ts'
import { isRememberedDevice, rememberDevice } from '../../db/remembered-devices.ts'
import { findUserById, findUserToChange } from '../../db/users.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import { createDeviceId, Device } from '../auth/device.ts'
import { findEarlierAnswer, giveAnswer, sessionProof, tokensOfForm } from '../auth/form-answer.ts'
import { safeReturnTo } from '../auth/return-to.ts'
import { signIn } from '../auth/sign-in.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { seeOther } from '../forms/see-other.ts'
import { tellToWait, tooManyRequests } from '../forms/wait-first.ts'
import { Client } from '../middleware/client-address.ts'
import { routes } from '../routes.ts'
import { readSession } from '../session-values.ts'
import type { FormState } from '../ui/form.ts'
import { plural } from '../ui/words.ts'
import { loginCodePage } from './login-code-page.ts'
import { readFactor } from './read-factor.ts'
import { takeFactor } from './take-factor.ts'

/** The second step of a login. Until it is done nobody is logged in. */
export function createLoginCodeController(dependencies: Dependencies) {
  const { db, page, throttle, now } = dependencies

  async function findPending(context: AppContext) {
    const id = readSession(context.get(Session), 'pendingLoginId')
    return id === undefined ? undefined : findPendingLogin(db, id, new Date(now()))
  }

  function showForm(
    context: AppContext,
    errors: FormState<'code'>['errors'],
    { returnTo, remembered = false }: { returnTo: string | null; remembered?: boolean },
    init?: ResponseInit,
  ): Promise<Response> {
    const form = { values: {}, errors }
    return page(context, (shell) => loginCodePage({ shell, form, remembered, returnTo }), init)
  }

  /**
   * What the device may be called, by which it is not asked for a while: the same each time that the same form
   * is sent, so that its cookie fits whichever answer arrives.
   */
  function deviceIdsOf(context: AppContext): [string, ...string[]] {
    const [first, ...others] = tokensOfForm(context, dependencies)
    return [createDeviceId(first), ...others.map(createDeviceId)]
  }

  /** Gives the browser that was let in the id that is remembered; a new password, say, has forgotten it. */
  async function nameDevice(context: AppContext, deviceIds: readonly string[]): Promise<void> {
    const loginId = readSession(context.get(Session), 'loginId')
    const entered = loginId === undefined ? undefined : await findLoginWithUser(db, loginId)
    const user = entered && (await findUserById(db, entered.user.id))
    if (!user) return
    for (const deviceId of deviceIds) {
      const device = { userId: user.id, deviceId, now: new Date(now()) }
      if (await isRememberedDevice(db, device)) context.get(Device).rename(user, deviceId)
    }
  }

  return createController(routes.loginCode, {
    actions: {
      async index(context) {
        const returnTo = safeReturnTo(context.url.searchParams.get('returnTo'))
        if (await findPending(context)) return showForm(context, {}, { returnTo })
        if (context.get(CurrentLogin)) return seeOther(returnTo ?? routes.home.href())
        return beginAgain(returnTo)
      },

      async action(context) {
        const form = context.get(FormData)
        const returnTo = safeReturnTo(form.get('returnTo'))
        const remembered = form.get('rememberDevice') !== null
        const deviceIds = deviceIdsOf(context)
        const sentBy = sessionProof(context, dependencies)
        const found = await findPending(context)
        if (!found) {
          const earlier = await findEarlierAnswer(context, dependencies, { sentBy })
          if (!earlier) return beginAgain(returnTo)
          const answer = await giveAnswer(context, dependencies, earlier)
          if (remembered) await nameDevice(context, deviceIds)
          return answer
        }

        const { pending, user } = found
        const factor = await readFactor(user, form.get('code'), now())
        let codesLeft: number | undefined
        // An account of its own for the throttle: who knows the password has five codes like everybody,
        // and a right password forgives none of them.
        const { address } = context.get(Client)
        const device = context.get(Device).idFor(user)
        const attempt = await throttle.attempt(
          { codeOf: user.email },
          address,
          async () => {
            const signedIn = await signIn(context, dependencies, {
              async findUser(tx) {
                const at = new Date(now())
                const latest = await findUserToChange(tx, user.id)
                // A recovery code is used up only where it logs in.
                if (!(await findPendingLogin(tx, pending.id, at))) return 'ended'
                const taken = latest && (await takeFactor(tx, dependencies, latest, factor))
                if (!latest || !taken) return 'wrong'
                if (!(await takePendingLogin(tx, pending.id, at))) return 'ended'
                if (remembered) {
                  const userAgent = context.request.headers.get('User-Agent') ?? ''
                  const [deviceId] = deviceIds
                  await rememberDevice(tx, { userId: latest.id, deviceId, userAgent, now: at })
                }
                codesLeft = taken.codesLeft
                return latest
              },
              secondFactor: 'given',
              remember: pending.remembered,
              returnTo,
              tellMore: () => tellOfCodes(codesLeft),
              sentBy,
            })
            return signedIn !== 'wrong' && signedIn
          },
          device,
        )
        if (!attempt.allowed) {
          const { retryAfter } = attempt
          const errors = { code: tellToWait(retryAfter) }
          return showForm(context, errors, { returnTo, remembered }, tooManyRequests(retryAfter))
        }
        const signedIn = attempt.correct
        if (signedIn === 'ended') return beginAgain(returnTo)
        if (!signedIn) {
          const errors = { code: 'That code is wrong, too old, or was used already.' }
          return showForm(context, errors, { returnTo, remembered }, { status: 422 })
        }
        await throttle.finishPending(user.email, address, device)
        if (remembered) await nameDevice(context, deviceIds)
        return signedIn
      },
    },
  })
}

function beginAgain(returnTo: string | null): Response {
  return seeOther(routes.login.index.href(null, { returnTo, form: 'unfinished' }))
}

function tellOfCodes(left: number | undefined): string | undefined {
  return left === undefined ? undefined : `You have ${plural(left, 'recovery code')} left.`
}
