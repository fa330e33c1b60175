import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import { cacheRendered, fillingsOf } from './gaps.ts'
import type { Listed } from '../ui/head.ts'
import { pagination } from '../ui/pagination.ts'
import { plural } from '../ui/words.ts'
import type { Shell } from '../ui/shell.ts'
import { shop } from '../ui/shop.ts'
import { shelf, type CardBook } from './book-card.ts'
import { bookListHref, headline, type BookFilter } from './book-filter.ts'
import type { BookSort } from '../../db/book-lists.ts'

/** What was found, in the words that it was looked for with. */
export type FoundBooks = BookFilter & {
  /** All that there are. */
  genres: readonly string[]
  /** The books of this page of the results. */
  books: readonly CardBook[]
  /** How many books were found on all pages. */
  total: number
  pageCount: number
  /** What was looked for instead, as the words of `q` are in no book. */
  corrected?: string | undefined
}

const sortLabels: Record<BookSort, string> = {
  relevance: 'Best match',
  title: 'Title',
  author: 'Author',
  price: 'Price, lowest first',
  'price-desc': 'Price, highest first',
  newest: 'Newest first',
}

export function bookListPage({ shell, found }: { shell: Shell; found: FoundBooks }): SafeHtml {
  const title = headline(found)
  return document({
    title: found.page > 1 ? `${title}, page ${found.page}` : title,
    shell,
    listed: listed(found),
    main: results(found, fillingsOf(shell)),
  })
}

const results = cacheRendered((found: FoundBooks, gaps) => {
  const { books, total, page, pageCount, q, corrected } = found
  return html`<div class="wrap page">
    <div class="list-head">
      <div>
        <h1 dir="auto">${headline(found)}</h1>
        ${corrected === undefined ? null : correction(q, corrected)}
        <p class="result-count">
          ${plural(total, shop.item, shop.items)}${page > 1 ? `, page ${page}` : ''}
        </p>
      </div>
      ${filterForm(found)}
    </div>
    <h2 class="visually-hidden">Results</h2>
    ${shelf(books, gaps, { eager: 6 })}
    ${pagination({ page, pageCount, href: (page) => bookListHref(found, page) })}
  </div>`
})

/** What somebody searched for is no page of the shop's own. */
function listed({ q, genre, total, page }: FoundBooks): Listed | undefined {
  if (q !== '') return undefined
  return {
    path: bookListHref({ q, genre, sort: 'title' }, page),
    description: `${plural(total, shop.item, shop.items)}${genre && ` of ${genre}`} at ${shop.name}, ${shop.listing}.`,
  }
}

function correction(q: string, corrected: string): SafeHtml {
  const href = routes.books.index.href(null, { q: corrected })
  return html`<p class="result-count">
    No ${shop.item} matches “<bdi>${q}</bdi>”. These match <a href="${href}">${corrected}</a>.
  </p>`
}

function filterForm({ genres, q, genre, sort }: FoundBooks): SafeHtml {
  return html`<form class="filter" method="get" action="${routes.books.index.href()}">
    ${q === '' ? null : html`<input type="hidden" name="q" value="${q}" />`}
    <div class="field">
      <label for="genre">Genre</label>
      <select id="genre" name="genre">
        <option value="">All genres</option>
        ${genres.map((name) => option(name, name, genre))}
      </select>
    </div>
    <div class="field">
      <label for="sort">Sort by</label>
      <select id="sort" name="sort">
        ${Object.entries(sortLabels)
          .filter(([value]) => value !== 'relevance' || q !== '')
          .map(([value, label]) => option(value, label, sort))}
      </select>
    </div>
    <button class="button button-quiet" type="submit">Apply</button>
  </form>`
}

function option(value: string, label: string, selected: string): SafeHtml {
  return html`<option value="${value}" ${value === selected ? html`selected` : null}>
    ${label}
  </option>`
}
