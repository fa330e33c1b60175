import type { Database } from '../../db/database.ts'
import { findLoginToChange } from '../../db/logins.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { CurrentLogin } from './current-login.ts'
import { answerOnce, giveAnswer, sessionProof } from './form-answer.ts'
import type { FormAnswer } from './form-answer.ts'
import { sendToLogin } from './require-login.ts'

/**
 * Answers what a form changes for who is logged in, once, as long as the login is still there.
 *
 * @param page Where the form stands
 * @param others Other users whom it changes
 */
export async function answerSignedIn(
  context: AppContext,
  dependencies: Dependencies,
  page: string,
  change: (
    tx: Database,
    current: CurrentLogin,
  ) => Promise<Pick<FormAnswer, 'loginId' | 'location' | 'notice' | 'kind'>>,
  others: readonly number[] = [],
): Promise<Response> {
  const { user, login } = context.get(CurrentLogin)!
  const sentBy = sessionProof(context, dependencies)
  const given = await answerOnce(
    context,
    dependencies,
    async (tx) => {
      const current = await findLoginToChange(tx, login, others)
      return current ? { userId: user.id, ...(await change(tx, current)) } : 'ended'
    },
    { sentBy },
  )
  // A reset, or a logout elsewhere, has the last word.
  if (given === 'ended') return sendToLogin(page)
  return giveAnswer(context, dependencies, given)
}
