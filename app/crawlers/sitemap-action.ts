import { html } from '@remix-run/html-template'
import type { SafeHtml } from '@remix-run/html-template'
import { createAction } from 'remix/fetch-router'
import { lastBookId, listGenres, listSlugs } from '../../db/book-lists.ts'
import type { Database } from '../../db/database.ts'
import { HttpError } from '../middleware/http-error.ts'
import { routes } from '../routes.ts'

// A sitemap may hold fifty times as many, but to write that takes a while in which all others wait.
const BOOKS_IN_A_PART = 1000

/**
 * The addresses that search engines shall know, the lists and each book for sale, in parts: `?part=1` is
 * one of them, and without it there is an index of them all.
 */
export function createSitemapAction(db: Database) {
  return createAction(routes.sitemap, async ({ url: { origin, searchParams } }) => {
    const count = Math.max(1, Math.ceil((await lastBookId(db)) / BOOKS_IN_A_PART))
    const part = searchParams.get('part')
    if (part === null) {
      const parts = Array.from(
        { length: count },
        (_, i) => `${routes.sitemap.href()}?part=${i + 1}`,
      )
      return answer(
        'sitemapindex',
        parts.map((path) => html`<sitemap>${at(origin, path)}</sitemap>`),
      )
    }
    const number = /^\d{1,5}$/.test(part) ? Number(part) : 0
    if (number < 1 || number > count) throw new HttpError(404, 'There is no such part')
    const upTo = number * BOOKS_IN_A_PART
    const slugs = await listSlugs(db, { after: upTo - BOOKS_IN_A_PART, upTo })
    const books = slugs.map((slug) => routes.books.show.href({ slug }))
    const paths = number === 1 ? [...(await listPaths(db)), ...books] : books
    return answer(
      'urlset',
      paths.map((path) => html`<url>${at(origin, path)}</url>`),
    )
  })
}

async function listPaths(db: Database): Promise<string[]> {
  const genres = await listGenres(db)
  return [
    routes.home.href(),
    routes.books.index.href(),
    ...genres.map((genre) => routes.books.index.href(null, { genre })),
  ]
}

function at(origin: string, path: string): SafeHtml {
  return html`<loc>${origin + path}</loc>`
}

function answer(root: 'sitemapindex' | 'urlset', entries: SafeHtml[]): Response {
  const start = html`<?xml version="1.0" encoding="utf-8"?>
    <${root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`
  return new Response(String(html`${start}${entries}</${root}>`), {
    headers: { 'Content-Type': 'application/xml', 'Cache-Control': 'public, no-cache' },
  })
}
