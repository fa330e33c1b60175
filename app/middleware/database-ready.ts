import { createMultiMatcher } from '@remix-run/route-pattern/match'
import type { Middleware } from 'remix/fetch-router'
import type { Route } from 'remix/fetch-router/routes'
import type { Database } from '../../db/database.ts'

/**
 * Lets a form through when the database can keep what it brings. Where another process holds the lock
 * it waits, and everybody else is served meanwhile; what lasts is 503, before anything has been done.
 *
 * @param options.except Routes whose forms wait for it themselves, where they need it
 * @param options.always Whether the session is kept there as well
 */
export function databaseReady(
  db: Database,
  { except = [], always = false }: { except?: readonly Route[]; always?: boolean },
): Middleware {
  const exempt = createMultiMatcher<undefined>()
  for (const route of except) exempt.add(route.pattern, undefined)

  return async (context, next) => {
    const isForm = context.request.method === 'POST'
    if (isForm && (always || !exempt.match(context.url))) await db.engine.untilWritable()
    return next()
  }
}
