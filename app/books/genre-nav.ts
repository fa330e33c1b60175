import { html, type SafeHtml } from '@remix-run/html-template'
import type { Database } from '../../db/database.ts'
import { routes } from '../routes.ts'
import type { FramePart } from '../ui/shell.ts'
import { genresFor } from './genres.ts'

export function genreNav(db: Database): FramePart {
  return async ({ url }) => linkGenres(await genresFor(url, db), url)
}

function linkGenres(genres: readonly string[], url: URL): SafeHtml {
  const index = routes.books.index.href()
  const onIndex = url.pathname === index
  const current = onIndex ? url.searchParams.get('genre') || null : null
  const all = onIndex && current === null && !url.searchParams.get('q')
  return html`<nav class="genres" aria-label="Genres">
    <ul class="wrap">
      <li><a href="${index}" ${all ? html`aria-current="page"` : null}>All books</a></li>
      ${genres.map(
        (genre) =>
          html`<li>
            <a
              href="${routes.books.index.href(null, { genre })}"
              ${genre === current ? html`aria-current="page"` : null}
              >${genre}</a
            >
          </li>`,
      )}
    </ul>
  </nav>`
}
