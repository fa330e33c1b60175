import { createContextKey, createController } from 'remix/fetch-router'
import type { Middleware } from 'remix/fetch-router'
import { Session } from 'remix/session'
import { forgetDevice, listRememberedDevices } from '../../db/remembered-devices.ts'
import {
  countRecoveryCodes,
  deleteSecondFactor,
  insertSecondFactor,
  listRecoveryHashes,
  replaceRecoveryCodes,
} from '../../db/second-factors.ts'
import { findUserToChange, findUserById } from '../../db/users.ts'
import { answerSignedIn } from '../auth/answer-signed-in.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import { answerRepeated } from '../auth/form-answer.ts'
import { requireLogin } from '../auth/require-login.ts'
import { riseAlone } from '../auth/rise-alone.ts'
import { appMiddleware } from '../context.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { formAgainHref, isFormAgain } from '../forms/form-again.ts'
import { seeOther } from '../forms/see-other.ts'
import { routes } from '../routes.ts'
import { readSession } from '../session-values.ts'
import { requireRecentLogin } from '../step-up/require-recent-login.ts'
import { createFormKey, formKeyOf } from '../ui/form-key.ts'
import type { FormState } from '../ui/form.ts'
import { manageFactorPage } from './manage-factor-page.ts'
import { hashRecoveryCode, recoveryCodesOf } from './recovery-codes.ts'
import { recoveryCodesPage } from './recovery-codes-page.ts'
import { setUpFactorPage } from './set-up-factor-page.ts'
import { createTotpSecret, totpAddress, totpStepOf } from './totp.ts'

const factor = routes.secondFactor.show.href()
const codes = routes.secondFactor.recoveryCodes.href()
const formPage = ({ url }: AppContext) =>
  url.pathname === routes.secondFactor.add.href() ? formAgainHref(factor, 'code') : factor

/** Where somebody sets a second factor up, and looks after it. */
export function createSecondFactorController(dependencies: Dependencies) {
  const { config, db, mail, page, now } = dependencies

  const answer = (context: AppContext, change: Parameters<typeof answerSignedIn>[3]) =>
    answerSignedIn(context, dependencies, formPage(context), change)

  async function show(
    context: AppContext,
    errors: FormState<'code'>['errors'] = {},
    status = 200,
  ): Promise<Response> {
    const { email, id } = context.get(CurrentLogin)!.user
    const user = await findUserById(db, id)
    if (user?.totpSecret != null) {
      const codesLeft = await countRecoveryCodes(db, id)
      const devices = await listRememberedDevices(db, id, new Date(now()))
      return page(context, (shell) => manageFactorPage({ shell, codesLeft, devices }))
    }
    const secret = await secretToProve(context.get(Session))
    const address = await totpAddress(secret, email)
    const form = { values: {}, errors }
    return page(context, (shell) => setUpFactorPage({ shell, form, secret, address }), status)
  }

  return createController(routes.secondFactor, {
    middleware: [
      showNewCodes(),
      answerRepeated(dependencies),
      requireLogin(dependencies, { formPage }),
      requireRecentLogin(dependencies, { formPage }),
    ],
    actions: {
      show: (context) => show(context, isFormAgain(context.url) ? { code: notYet } : {}),

      async add(context) {
        const secret = readSession(context.get(Session), 'newTotpSecret')
        const code = String(context.get(FormData).get('code') ?? '').replaceAll(/\s/g, '')
        const step = secret === undefined ? undefined : await totpStepOf(secret, code, now())
        if (secret === undefined || step === undefined) {
          return show(context, { code: 'That is not the code that the app shows now.' }, 422)
        }
        const recoveryHashes = newCodes(context).map(hashRecoveryCode)
        const added = await answer(context, async (tx, { user, login }) => {
          const isFirst = await insertSecondFactor(tx, user.id, { secret, step, recoveryHashes })
          if (!isFirst) return { loginId: login.id, location: factor, notice: null }
          await mail.notify(tx, user, { kind: 'factors-changed', change: 'app-added' })
          return {
            ...(await riseAlone(tx, login, now())),
            location: codes,
            notice: addedNotice,
          }
        })
        context.get(Session).unset('newTotpSecret')
        return added
      },

      async recoveryCodes(context) {
        const seed = readSession(context.get(Session), 'recoverySeed')
        if (seed === undefined) return seeOther(factor)
        const { id } = context.get(CurrentLogin)!.user
        const hashes = await listRecoveryHashes(db, id)
        // Made with another secret, if that has changed since, or replaced by others meanwhile.
        const codes = config.sessionSecrets
          .map((secret) => recoveryCodesOf(secret, id, seed))
          .find((made) => made.some((code) => hashes.has(hashRecoveryCode(code))))
        if (codes === undefined) return seeOther(factor)
        return page(context, (shell) => recoveryCodesPage({ shell, codes }))
      },

      replaceRecoveryCodes(context) {
        const hashes = newCodes(context).map(hashRecoveryCode)
        return answer(context, async (tx, { user, login }) => {
          const stored = await findUserToChange(tx, user.id)
          const hasFactor = stored?.totpSecret != null
          if (hasFactor) {
            await replaceRecoveryCodes(tx, user.id, hashes)
            await mail.notify(tx, user, { kind: 'factors-changed', change: 'recovery-codes-made' })
          }
          return { loginId: login.id, location: hasFactor ? codes : factor, notice: null }
        })
      },

      remove(context) {
        return answer(context, async (tx, { user, login }) => {
          if (!(await deleteSecondFactor(tx, user.id))) {
            return { loginId: login.id, location: factor, notice: null }
          }
          await mail.notify(tx, user, { kind: 'factors-changed', change: 'app-removed' })
          const location = routes.account.show.href()
          return { ...(await riseAlone(tx, login, now())), location, notice: removedNotice }
        })
      },

      forgetDevice(context) {
        const { id } = context.params
        return answer(context, async (tx, { user, login }) => {
          await forgetDevice(tx, user.id, id)
          const notice = 'That browser is asked for a code again.'
          return { loginId: login.id, location: factor, notice }
        })
      },
    },
  })

  function newCodes(context: AppContext): string[] {
    const { id } = context.get(CurrentLogin)!.user
    return recoveryCodesOf(config.sessionSecrets[0]!, id, context.get(Seed)!)
  }
}

const notYet = 'Codes are not turned on yet: please enter the one that the app shows now.'
const addedNotice = 'Your login asks for a code from now on. All other browsers are logged out.'
const removedNotice = 'Your login no longer asks for a code. All other browsers are logged out.'

/** The secret that a code has to prove before it counts: the same one on every page until then. */
async function secretToProve(session: Session): Promise<string> {
  const known = readSession(session, 'newTotpSecret')
  if (known !== undefined) return known
  const secret = await createTotpSecret()
  session.set('newTotpSecret', secret)
  return secret
}

/**
 * Context key: what new codes are made of, the key of the form. So they can be shown again where the form
 * is sent twice, which their hashes in the database cannot.
 */
const Seed = createContextKey<string>()

/** Whenever an answer leads to the page with new codes, also one that is given again. */
function showNewCodes(): Middleware {
  return appMiddleware(async (context, next) => {
    const seed = formKeyOf(context.get(FormData)) ?? createFormKey()
    context.set(Seed, seed)
    const answer = await next()
    if (context.method === 'POST' && answer.headers.get('Location') === codes) {
      context.get(Session).flash('recoverySeed', seed)
    }
    return answer
  })
}
