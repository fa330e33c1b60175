import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import { emptyState } from '../ui/empty-state.ts'
import { plural } from '../ui/words.ts'
import type { Shell } from '../ui/shell.ts'
import { headline, type BookFilter } from './book-filter.ts'
import { shop } from '../ui/shop.ts'

export type NothingFoundPageProps = Pick<BookFilter, 'q' | 'genre'> & {
  shell: Shell
  /** All that there are. */
  genres: readonly string[]
  /** Of the words that were looked for, those that are in books. */
  words: { word: string; total: number }[]
}

/** A list without a book: why, and where to go instead. */
export function nothingFoundPage(props: NothingFoundPageProps): SafeHtml {
  const title = headline(props)
  return document({
    title,
    shell: props.shell,
    main: html`<div class="wrap page">
      <h1 dir="auto">${title}</h1>
      ${explanation(props)}
    </div>`,
  })
}

/** What a shop without books has to say. */
export const emptyShelves = emptyState({
  title: 'The shelves are empty',
  text: `There is no ${shop.item} for sale at the moment. Please come back later.`,
})

function explanation({ genres, q, genre, words }: NothingFoundPageProps): SafeHtml {
  if (genres.length === 0) return emptyShelves
  if (genre !== '' && !genres.includes(genre)) {
    return emptyState({
      title: 'There is no such shelf',
      text: html`We have no ${shop.items} in <bdi>${genre}</bdi>. These are our shelves:`,
      more: genreLinks(genres),
    })
  }
  if (genre !== '') {
    return emptyState({
      title: 'Nothing on this shelf',
      text: html`No ${shop.item} in ${genre} matches “<bdi>${q}</bdi>”. It may stand on another
      shelf.`,
      action: { href: routes.books.index.href(null, { q }), text: 'Search all genres' },
    })
  }
  return emptyState({
    title: 'We do not have that one',
    text: 'Try fewer words, the author’s last name or a subject, or walk along the shelves.',
    more: html`${wordLinks(words)} ${genreLinks(genres)}`,
  })
}

function wordLinks(words: NothingFoundPageProps['words']): SafeHtml | null {
  if (words.length === 0) return null
  const links = words.map(({ word, total }) => {
    const href = routes.books.index.href(null, { q: word })
    return html`<li><a href="${href}">${word}</a> (${plural(total, shop.item, shop.items)})</li>`
  })
  return html`<p>Some of the words are in our ${shop.items}:</p>
    <ul class="empty-links">
      ${links}
    </ul>`
}

function genreLinks(genres: readonly string[]): SafeHtml {
  return html`<ul class="empty-links">
    ${genres.map(
      (genre) => html`<li><a href="${routes.books.index.href(null, { genre })}">${genre}</a></li>`,
    )}
  </ul>`
}
