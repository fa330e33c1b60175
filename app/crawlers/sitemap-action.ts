import { html } from '@remix-run/html-template'
import { createAction } from 'remix/fetch-router'
import { listBooks, listGenres } from '../../db/book-lists.ts'
import type { Database } from '../../db/database.ts'
import { routes } from '../routes.ts'

// Of the 50,000 addresses that a sitemap may hold, with some left for the genres.
const MOST_BOOKS = 49_000

/** The addresses that search engines shall know: the lists, and each book for sale. */
export function createSitemapAction(db: Database) {
  return createAction(routes.sitemap, async ({ url: { origin } }) => {
    const paths = [
      routes.home.href(),
      routes.books.index.href(),
      ...(await listGenres(db)).map((genre) => routes.books.index.href(null, { genre })),
      ...(await listBooks(db, { pageSize: MOST_BOOKS })).books.map(({ slug }) =>
        routes.books.show.href({ slug }),
      ),
    ]
    const sitemap = html`<?xml version="1.0" encoding="utf-8"?>
      <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
        ${paths.map((path) => html`<url><loc>${origin + path}</loc></url>`)}
      </urlset>`
    return new Response(String(sitemap), {
      headers: { 'Content-Type': 'application/xml', 'Cache-Control': 'public, no-cache' },
    })
  })
}
