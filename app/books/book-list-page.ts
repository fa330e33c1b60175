import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Listed } from '../ui/head.ts'
import type { Shell } from '../ui/shell.ts'
import { shop } from '../ui/shop.ts'
import { emptyState } from '../ui/empty-state.ts'
import { pagination } from '../ui/pagination.ts'
import { plural } from '../ui/plural.ts'
import { shelf, type CardBook } from './book-card.ts'
import type { BookSort } from '../../db/books.ts'

export type BookListPageProps = {
  shell: Shell
  /** All that there are. */
  genres: string[]
  /** The books of this page of the results. */
  books: CardBook[]
  /** How many books were found on all pages. */
  total: number
  page: number
  pageCount: number
  q: string
  /** `''` is every genre. */
  genre: string
  sort: BookSort
}

const sortLabels: Record<BookSort, string> = {
  title: 'Title',
  author: 'Author',
  price: 'Price, lowest first',
  'price-desc': 'Price, highest first',
  newest: 'Newest first',
}

export function bookListPage(props: BookListPageProps): SafeHtml {
  const { shell, books, total, page, pageCount } = props
  const title = headline(props)
  return document({
    title: page > 1 ? `${title}, page ${page}` : title,
    shell,
    listed: listed(props),
    main: html`<div class="wrap page">
      <div class="list-head">
        <div>
          <h1>${title}</h1>
          <p class="result-count">${plural(total, 'book')}${page > 1 ? `, page ${page}` : ''}</p>
        </div>
        ${total === 0 ? null : filterForm(props)}
      </div>
      ${
        books.length === 0
          ? nothingFound(props)
          : html`<h2 class="visually-hidden">Results</h2>
              ${shelf(books, shell.url, { eager: 6 })}`
      }
      ${pagination({ page, pageCount, href: (page) => listHref(props, page) })}
    </div>`,
  })
}

function headline({ q, genre }: BookListPageProps): string {
  if (q !== '' && genre !== '') return `“${q}” in ${genre}`
  if (q !== '') return `“${q}”`
  return genre === '' ? 'All books' : genre
}

/** What somebody searched for is no page of the shop's own, and what is empty is none at all. */
function listed(props: BookListPageProps): Listed | undefined {
  const { q, genre, total, books } = props
  if (q !== '' || books.length === 0) return undefined
  return {
    path: listHref({ ...props, sort: 'title' }, props.page),
    description: `${plural(total, 'book')}${genre && ` of ${genre}`} at ${shop.name}, each measured in sittings. ${shop.tagline}.`,
  }
}

/** Stable addresses: what has its default is left out. */
function listHref({ q, genre, sort }: BookListPageProps, page: number): string {
  return routes.books.index.href(null, {
    q: q || null,
    genre: genre || null,
    sort: sort === 'title' ? null : sort,
    page: page === 1 ? null : page,
  })
}

function filterForm({ genres, q, genre, sort }: BookListPageProps): SafeHtml {
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
        ${Object.entries(sortLabels).map(([value, label]) => option(value, label, sort))}
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

function nothingFound({ q, genre, total }: BookListPageProps): SafeHtml {
  if (total > 0) {
    return emptyState({
      title: 'The shelf ends before this page',
      text: 'There are fewer pages than that.',
      action: { href: routes.books.index.href(null, { q, genre }), text: 'To the first page' },
    })
  }
  if (q !== '' && genre !== '') {
    return emptyState({
      title: 'Nothing on this shelf',
      text: `No book in ${genre} matches “${q}”. It may stand on another shelf.`,
      action: { href: routes.books.index.href(null, { q }), text: 'Search all genres' },
    })
  }
  return emptyState({
    title: 'We do not have that one',
    text: 'Try fewer letters, the author’s last name or a subject, or walk along the shelves.',
    action: { href: routes.books.index.href(), text: 'Browse all books' },
  })
}
