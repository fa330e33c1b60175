import { Session } from 'remix/session'
import type { Database } from '../../db/database.ts'
import { deleteLogins, insertLogin } from '../../db/logins.ts'
import { insertPendingLogin, takePendingLogin } from '../../db/pending-logins.ts'
import { isRememberedDevice } from '../../db/remembered-devices.ts'
import type { PendingLogin, User } from '../../db/schema.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { routes } from '../routes.ts'
import { readSession } from '../session-values.ts'
import { seeOther } from '../forms/see-other.ts'
import { networkOf } from '../limits/network.ts'
import { Client } from '../middleware/client-address.ts'
import { Device } from './device.ts'
import { answerOnce, giveAnswer } from './form-answer.ts'
import { tellOfLogin } from './login-notice.ts'
import { loadOwnSessions, loginIdsOf } from './own-sessions.ts'
import { isolated } from '../ui/isolated.ts'

interface SignInOptions<failure> {
  /** Answers who it is, in the transaction in which the login is made. */
  findUser: (tx: Database) => Promise<User | failure>
  /** Whether a second factor was given. Otherwise who has one is asked for it. */
  secondFactor: 'given' | 'not given'
  /** Whether the login outlives the browser. */
  remember: boolean
  /** Where to go afterwards, already checked; `null` is the home page. */
  returnTo: string | null
  /** Whether the account begins with this login. Its owner is told of any other: see `tellOfLogin`. */
  isNew?: boolean
  /** What to tell beside the welcome, once `findUser` has run. */
  tellMore?: () => string | undefined
  /** From `sessionProof`, for a form that does not itself prove who sent it. */
  sentBy?: string
}

/**
 * The one way in, for login and registration alike. The caller has checked the password.
 *
 * @returns What `findUser` found in place of a user, or the way on, which leads to the second factor
 *   where one is asked for
 */
export async function signIn<failure extends string>(
  context: AppContext,
  dependencies: Dependencies,
  {
    findUser,
    secondFactor,
    remember,
    returnTo,
    isNew = false,
    tellMore,
    sentBy = '',
  }: SignInOptions<failure>,
): Promise<Response | failure> {
  const { sessions, onSignIn, now } = dependencies
  const before = await loadOwnSessions(context, sessions)
  const pendingId = readSession(context.get(Session), 'pendingLoginId')
  const answer = await answerOnce<failure | { pending: PendingLogin }>(
    context,
    dependencies,
    async (tx) => {
      const user = await findUser(tx)
      if (typeof user === 'string') return user
      // Whatever waited for a code in this browser: a copy of its cookie shall not go on with it.
      if (pendingId !== undefined) await takePendingLogin(tx, pendingId, new Date(now()))
      if (secondFactor === 'not given' && (await isAskedForMore(context, tx, user, now()))) {
        const known = context.get(Device).idFor(user) !== undefined
        const pending = { userId: user.id, remembered: remember, known, now: new Date(now()) }
        return { pending: await insertPendingLogin(tx, pending) }
      }
      if (!isNew) await tellOfLogin(context, dependencies, tx, user)
      await deleteLogins(tx, loginIdsOf(context, before))
      const login = await insertLogin(tx, {
        userId: user.id,
        userAgent: context.request.headers.get('User-Agent') ?? '',
        network: networkOf(context.get(Client).address),
        remembered: remember,
        now: new Date(now()),
      })
      const joined = await onSignIn?.(context, tx, user.id)
      const told = [welcome(user, isNew), tellMore?.(), joined]
      return {
        userId: user.id,
        loginId: login.id,
        location: wayOn(context, returnTo),
        notice: told.filter((text) => text !== undefined).join(' '),
      }
    },
    { sentBy },
  )
  if (typeof answer === 'string') return answer
  if ('pending' in answer) return waitForMore(context, answer.pending, returnTo)
  return giveAnswer(context, dependencies, answer)
}

function welcome({ name }: User, isNew: boolean): string {
  return isNew
    ? `Welcome, ${isolated(name)}. Your account is ready.`
    : `Welcome back, ${isolated(name)}.`
}

/** Whether the right password is not enough. */
export async function isAskedForMore(
  context: AppContext,
  db: Database,
  user: User,
  now: number,
): Promise<boolean> {
  if (user.totpSecret === null) return false
  const deviceId = context.get(Device).idFor(user)
  if (deviceId === undefined) return true
  return !(await isRememberedDevice(db, { userId: user.id, deviceId, now: new Date(now) }))
}

/** The session knows that the password was right. That is all: nobody is logged in. */
function waitForMore(context: AppContext, { id }: PendingLogin, returnTo: string | null): Response {
  const session = context.get(Session)
  session.set('pendingLoginId', id)
  session.regenerateId()
  return seeOther(routes.loginCode.index.href(null, { returnTo }))
}

/**
 * A form of ours that comes without any cookie is that of a new browser, or of one that keeps none.
 * The login page knows: it leads on who is logged in and tells the other what is wrong.
 */
function wayOn(context: AppContext, returnTo: string | null): string {
  const isPage = context.get(FormData).has('formKey')
  if (!isPage || context.request.headers.has('Cookie')) return returnTo ?? routes.home.href()
  const goOn = returnTo === null ? '' : `&${new URLSearchParams({ returnTo })}`
  return `${routes.login.index.href()}?signed-in${goOn}`
}
