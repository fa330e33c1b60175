import { html, type SafeHtml } from '@remix-run/html-template'
import type { Database } from '../../db/database.ts'
import { routes } from '../routes.ts'
import type { FramePart } from '../ui/shell.ts'
import { genresFor } from './genres.ts'
import { shop } from '../ui/shop.ts'

// One for each genre and a few more; each set of genres has its own.
const MOST_NAVS = 100

const index = routes.books.index.href()

export function genreNav(db: Database): FramePart {
  // The same for everybody, and an address takes as long to put together as the rest of a link.
  const made = new Map<string, SafeHtml>()
  return async ({ url }) => {
    const genres = await genresFor(url, db)
    const current = currentIn(genres, url)
    const key = JSON.stringify([current, genres])
    const known = made.get(key)
    if (known) return known
    if (made.size === MOST_NAVS) made.clear()
    const nav = linkGenres(genres, current)
    made.set(key, nav)
    return nav
  }
}

/** Of which genre the list at `url` is; `''` for all of them, `null` for other pages and searches. */
function currentIn(genres: readonly string[], { pathname, searchParams }: URL): string | null {
  if (pathname !== index) return null
  const genre = searchParams.get('genre')
  if (genre) return genres.includes(genre) ? genre : null
  return searchParams.get('q') ? null : ''
}

function linkGenres(genres: readonly string[], current: string | null): SafeHtml {
  return html`<nav class="genres" aria-label="Genres">
    <ul class="wrap">
      <li>${genreLink(index, `All ${shop.items}`, current === '')}</li>
      ${genres.map((genre) => {
        const href = routes.books.index.href(null, { genre })
        return html`<li>${genreLink(href, genre, genre === current)}</li>`
      })}
    </ul>
  </nav>`
}

function genreLink(href: string, text: string, isCurrent: boolean): SafeHtml {
  return html`<a href="${href}" ${isCurrent ? html`aria-current="page"` : null}>${text}</a>`
}
