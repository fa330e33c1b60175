import type { Middleware } from 'remix/fetch-router'
import type { Database } from '../../db/database.ts'
import { findLoginToChange } from '../../db/logins.ts'
import { CarriedOn } from '../auth/carry-on.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import {
  answerOnce,
  findEarlierAnswer,
  giveAnswer,
  isAnswer,
  sessionProof,
} from '../auth/form-answer.ts'
import { sendToLogin } from '../auth/require-login.ts'
import { appMiddleware } from '../context.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { seeOtherWithNotice } from '../forms/see-other.ts'
import { sentAlready } from './require-recent-login.ts'

type FormPage = (context: AppContext) => string

/**
 * Answers a form that may be sent as often as somebody wants, as from a page that the browser has kept. One
 * that waited for a confirmation is answered once, however often it is carried on with. Behind
 * `answerCarriedOnAgain`.
 *
 * @returns The way on, or what `work` found in place of one
 */
export async function answerCarriedOn<failure>(
  context: AppContext,
  dependencies: Dependencies,
  formPage: FormPage,
  work: (db: Database) => Promise<{ location: string; notice: string } | failure>,
): Promise<Response | failure> {
  if (!context.has(CarriedOn)) {
    const done = await work(dependencies.db)
    return isAnswer(done) ? seeOtherWithNotice(context, done.location, done.notice) : done
  }
  const { login } = context.get(CurrentLogin)!
  const given = await answerOnce<failure | 'ended'>(
    context,
    dependencies,
    async (tx) => {
      if (!(await findLoginToChange(tx, login))) return 'ended'
      const done = await work(tx)
      return isAnswer(done) ? { ...done, userId: login.userId, loginId: login.id } : done
    },
    { sentBy: sessionProof(context, dependencies) },
  )
  if (given === 'ended') return sendToLogin(formPage(context))
  return isAnswer(given) ? giveAnswer(context, dependencies, given) : given
}

/**
 * Gives a form that is carried on with again the answer of before. One without an answer of its own, as it was
 * corrected and sent by another form, is not done any more. After `requireRecentLogin`.
 */
export function answerCarriedOnAgain(dependencies: Dependencies, formPage: FormPage): Middleware {
  return appMiddleware(async (context, next) => {
    if (context.get(CarriedOn) !== 'again') return next()
    const sentBy = sessionProof(context, dependencies)
    const earlier = await findEarlierAnswer(context, dependencies, { sentBy })
    return earlier
      ? giveAnswer(context, dependencies, earlier)
      : seeOtherWithNotice(context, formPage(context), sentAlready, 'error')
  })
}
