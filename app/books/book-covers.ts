import { createMatcher } from '@remix-run/route-pattern/match'
import type { Middleware } from 'remix/fetch-router'
import { findBookBySlug } from '../../db/books.ts'
import type { Database } from '../../db/connect.ts'
import { routes } from '../routes.ts'
import { renderCover } from './cover.ts'

/**
 * Serves the covers, which are drawn when they are asked for. They stand before the session, as
 * files do: a page shows two dozen of them, and they are the same for everybody.
 */
export function bookCovers(db: Database): Middleware {
  const cover = createMatcher(routes.cover.pattern)
  return (context, next) => {
    const slug = cover.match(context.url)?.params.slug
    const book = slug === undefined ? undefined : findBookBySlug(db, slug)
    if (!book) return next()
    return new Response(renderCover(book), {
      headers: {
        'Content-Type': 'image/svg+xml; charset=utf-8',
        'Cache-Control': 'public, max-age=86400',
      },
    })
  }
}
