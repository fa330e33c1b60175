import { createHmac, hash } from 'node:crypto'
import type { Middleware } from 'remix/fetch-router'
import { Session } from 'remix/session'
import { findAnsweredForm, insertAnsweredForm, lockForm } from '../../db/answered-forms.ts'
import type { Database } from '../../db/database.ts'
import type { AnsweredForm } from '../../db/schema.ts'
import { appMiddleware } from '../context.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { seeOther, seeOtherWithNotice, sendOn } from '../forms/see-other.ts'
import { createTurns } from '../forms/turns.ts'
import { formKeyOf } from '../ui/form-key.ts'
import { isCarryingOn } from './carry-on.ts'
import { CurrentLogin } from './current-login.ts'
import { enterLogin } from './enter-login.ts'

/** Where a form led, what was told there, and who was logged in by then. */
export type FormAnswer = Pick<AnsweredForm, 'userId' | 'loginId' | 'location' | 'notice'> & {
  /** That nothing was done. It is not kept: the same form finds out again. */
  kind?: 'error'
}

type AnswerDependencies = Pick<Dependencies, 'db' | 'now' | 'config'>

interface AnswerOptions {
  /** From `sessionProof`, for a form that does not itself prove who sent it, as by a password. */
  sentBy?: string
  /** For so long the same form gets the same answer, by default as long as it is kept. */
  forMs?: number
}

/**
 * Answers a form once, however often it is sent: by a double click, or again because the answer was
 * lost. `work` runs for the first one, in one transaction with the note of its answer; the others get
 * that answer. What `work` returns without a location is no answer and is not kept.
 *
 * The key alone is worth nothing: the form must be the same to the letter, passwords included, and
 * either prove itself who sent it or come with the session that the first one came with.
 */
export async function answerOnce<failure>(
  context: AppContext,
  dependencies: AnswerDependencies,
  work: (tx: Database) => Promise<FormAnswer | failure>,
  options: AnswerOptions = {},
): Promise<FormAnswer | failure> {
  const { db, now } = dependencies
  const names = namesOfForm(context, dependencies)
  const [form] = names
  if (form === undefined) return db.transaction(work)
  return db.transaction(async (tx) => {
    await lockForm(tx, names)
    const earlier = await findEarlierAnswer(context, { ...dependencies, db: tx }, options)
    if (earlier) return earlier
    const answer = await work(tx)
    if (isAnswer(answer) && answer.kind !== 'error') {
      const { userId, loginId, location, notice } = answer
      const sentBy = options.sentBy ?? ''
      const createdAt = new Date(now())
      const answered = { form, userId, sentBy, loginId, location, notice, createdAt }
      await insertAnsweredForm(tx, answered)
    }
    return answer
  })
}

/** The answer that this form got when it was sent before. */
export async function findEarlierAnswer(
  context: AppContext,
  { db, now, config }: AnswerDependencies,
  { sentBy = '', forMs }: AnswerOptions = {},
): Promise<FormAnswer | undefined> {
  const names = namesOfForm(context, { config })
  if (names.length === 0) return undefined
  const earlier = await findAnsweredForm(db, names, { now: new Date(now()), withinMs: forMs })
  if (!earlier) return undefined
  const isSender =
    earlier.sentBy === sentBy ||
    (earlier.loginId !== null && earlier.loginId === context.get(CurrentLogin)?.login.id)
  return isSender ? earlier : undefined
}

/** The same, once no server is working on it. */
export function awaitEarlierAnswer(
  context: AppContext,
  dependencies: AnswerDependencies,
  options: AnswerOptions = {},
): Promise<FormAnswer | undefined> {
  return answerOnce<undefined>(context, dependencies, async () => undefined, options)
}

/** Has the same form, sent again, wait in this process until what is done for the one before is done. */
export function createFormTurns(dependencies: Pick<Dependencies, 'config'>) {
  const takeTurn = createTurns()
  return <result>(context: AppContext, work: () => Promise<result>): Promise<result> => {
    const form = nameOfForm(context, dependencies)
    return form === undefined ? work() : takeTurn(form, work)
  }
}

/** Leads on with an answer, and enters the login that it names. */
export async function giveAnswer(
  context: AppContext,
  dependencies: Dependencies,
  { loginId, location, notice, kind }: FormAnswer,
): Promise<Response> {
  if (loginId !== null) await enterLogin(context, dependencies, loginId)
  if (isCarryingOn(location)) return sendOn(location)
  return notice === null ? seeOther(location) : seeOtherWithNotice(context, location, notice, kind)
}

/**
 * For forms of who is logged in, before a login is required: the first one may have replaced the
 * login that the second one comes with.
 */
export function answerRepeated(dependencies: Dependencies): Middleware {
  return appMiddleware(async (context, next) => {
    if (context.method !== 'POST') return next()
    const sentBy = sessionProof(context, dependencies)
    const earlier = await findEarlierAnswer(context, dependencies, { sentBy })
    if (!earlier) return next()
    // What logs nobody in was a way out.
    if (earlier.loginId === null) context.get(Session).destroy()
    return await giveAnswer(context, dependencies, earlier)
  })
}

/** Stands for the session cookie of a request; it cannot be sent as one. */
export function sessionProof(
  context: AppContext,
  { sessions }: Pick<Dependencies, 'sessions'>,
): string {
  const values = sessions.cookie.rawValues(context.request.headers.get('Cookie'))
  return hash('sha256', values.join(';'), 'base64url')
}

/** The same for the same form alone, and tells nothing of it; `undefined` without a key. */
export function nameOfForm(
  context: AppContext,
  dependencies: Pick<Dependencies, 'config'>,
): string | undefined {
  return namesOfForm(context, dependencies)[0]
}

/**
 * What only this form makes, by each secret: a browser that lacks the answer has the same again once it
 * sends the form again. Neither its key nor its name in the database is enough. Nothing without a key.
 */
export function tokensOfForm(
  context: AppContext,
  dependencies: Pick<Dependencies, 'config'>,
): string[] {
  const { sessionSecrets } = dependencies.config
  return namesOfForm(context, dependencies).map((name, index) =>
    createHmac('sha256', sessionSecrets[index]!).update(`token of ${name}`).digest('base64url'),
  )
}

/** By each secret, as the one that comes first may differ from server to server while it is changed. */
function namesOfForm(context: AppContext, { config }: Pick<Dependencies, 'config'>): string[] {
  const form = context.get(FormData)
  if (formKeyOf(form) === undefined) return []
  const fields = [...form]
  // The page that offers to send a form again has its fields in another order.
  fields.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
  const sent = `form ${JSON.stringify([context.url.pathname, fields])}`
  // Passwords go into it: who reads the database, where a form with the same key may be kept, tries none out.
  return config.sessionSecrets.map((secret) =>
    createHmac('sha256', secret).update(sent).digest('base64url'),
  )
}

export function isAnswer(value: unknown): value is Pick<FormAnswer, 'location'> {
  return typeof value === 'object' && value !== null && 'location' in value
}
