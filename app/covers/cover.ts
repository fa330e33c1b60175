import { stems, fruit } from './drawing/botanical.ts'
import { HEIGHT, WIDTH, type Composition } from './drawing/composition.ts'
import { arches, orbits, tiles } from './drawing/geometric.ts'
import { hills, night, sea, windows } from './drawing/landscape.ts'
import { escapeXml } from './drawing/lettering.ts'
import { palettes } from './drawing/palettes.ts'
import { poster } from './drawing/poster.ts'
import { createRandom } from './drawing/random.ts'
import { rect } from './drawing/shapes.ts'
import { initial, label, waves } from './drawing/typographic.ts'
import type { Book } from '../../db/schema-books.ts'

const allCompositions = [
  stems,
  fruit,
  arches,
  orbits,
  tiles,
  hills,
  night,
  sea,
  windows,
  initial,
  label,
  poster,
  waves,
]

/** What suits a genre: of "History & Travel" both halves. A genre without a word here gets anything. */
const byGenre: Array<[RegExp, Composition[]]> = [
  [/^fiction|novel|stories/, [label, initial, hills, poster, windows, arches]],
  [/science fiction|space/, [orbits, orbits, tiles, waves]],
  [/science(?! fiction)|math|tech|comput/, [orbits, tiles]],
  [/myster|crime|thriller|detective/, [windows, windows, poster, initial]],
  [/nature|garden|botan|animal/, [stems, stems, hills]],
  [/cook|food|kitchen|drink/, [fruit, fruit, stems, label]],
  [/poe[mt]|music/, [waves, stems, initial]],
  [/fantas|folk|horror|ghost|myth|tales/, [night, night, arches, hills]],
  [/travel|adventure|sea\b/, [sea, sea, hills]],
  [/histor|classic|biograph|memoir/, [arches, label, initial]],
  [/philosoph|essay|\bart\b|design|craft/, [tiles, poster, label]],
  [/child|young|humou?r|comic/, [fruit, tiles, night, sea]],
  [/romance|love/, [stems, label, fruit]],
]

/** What of a book is to be seen on its cover. */
export type CoverBook = Pick<Book, 'slug' | 'title' | 'author' | 'genre'>

/** A book's cover as an SVG document: drawn from its slug, the same every time. */
export function renderCover(book: CoverBook): string {
  const random = createRandom(book.slug)
  const genre = book.genre.toLowerCase()
  const suitable = byGenre.flatMap(([pattern, list]) => (pattern.test(genre) ? list : []))
  const compose = random.pick(suitable.length === 0 ? allCompositions : suitable)
  const palette = random.pick(palettes)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">
    <title>${escapeXml(`${book.title} by ${book.author}`)}</title>
    ${rect(0, 0, WIDTH, HEIGHT, palette.ground)}
    ${compose(book, palette, random)}
    ${hinge}
  </svg>`
}

/** The fold along the spine. */
const hinge = `<path d="M0 0h9v${HEIGHT}H0z" fill="#000" fill-opacity=".1"/><path d="M9 0h2v${HEIGHT}H9z" fill="#fff" fill-opacity=".16"/>`
