import { createMatcher } from '@remix-run/route-pattern/match'
import type { Middleware } from 'remix/fetch-router'
import { findBookBySlug } from '../../db/books.ts'
import type { Database } from '../../db/database.ts'
import { routes } from '../routes.ts'
import { coverOf } from './cover-asset.ts'

/**
 * Serves the covers. They stand before the session, as files do: a page shows two dozen of them, and
 * they are the same for everybody.
 */
export function bookCovers(db: Database): Middleware {
  const cover = createMatcher(routes.cover.pattern)
  return async (context, next) => {
    const slug = cover.match(context.url)?.params.slug
    const book = slug === undefined ? undefined : await findBookBySlug(db, slug)
    return book ? coverOf(book).respond(context) : next()
  }
}
