import type { AppContext, Dependencies } from '../context.ts'
import { errorPage } from '../errors/error-page.ts'
import { describeStatus } from '../errors/error-responses.ts'
import { tellToWait, tooManyRequests } from '../forms/wait-first.ts'

/**
 * For a passkey that was wrong too often. The form is not sent again as it is: by then its challenge may be
 * too old, so the way leads back to the page that asks for a new one.
 */
export function tooManyAttempts(
  context: AppContext,
  { page }: Pick<Dependencies, 'page'>,
  retryAfter: number,
  back: { href: string; text: string },
): Promise<Response> {
  return page(
    context,
    (shell) =>
      errorPage({ shell, ...describeStatus(429), message: tellToWait(retryAfter), action: back }),
    tooManyRequests(retryAfter),
  )
}
