import type { Database } from './database.ts'
import { prepareOnce } from './prepare-once.ts'

// Lists of books among them, of 50 kilobytes when their markup is kept as well.
const MOST_KEPT = 500

const kept = prepareOnce(() => ({ version: '', answers: new Map<string, unknown>() }))

/**
 * Answers a question about the database as it was answered before, unless anything has been written since,
 * whoever wrote it. For what nearly everybody asks, or one visitor at each page: the next write anywhere
 * lets go of all that is kept.
 *
 * @param question Its name, another one for each answer
 * @param ask Asks it. What it answers is shared, so nobody may change that; `undefined` is not kept
 */
export async function cached<Answer>(
  db: Database,
  question: string,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const version = db.engine.version()
  if (version === undefined) return ask()
  const known = kept(db)
  if (known.version !== version) {
    known.version = version
    known.answers.clear()
  }
  const { answers } = known
  const found = answers.get(question) as Answer | undefined
  if (found !== undefined) {
    // The last one to be dropped.
    answers.delete(question)
    answers.set(question, found)
    return found
  }
  const answer = await ask()
  // Else it may be of before what was written meanwhile.
  if (answer !== undefined && known.version === version) {
    if (answers.size === MOST_KEPT) answers.delete(answers.keys().next().value!)
    answers.set(question, answer)
  }
  return answer
}
