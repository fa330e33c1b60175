import { stems, fruit } from './cover/botanical.ts'
import { HEIGHT, WIDTH, type Composition } from './cover/composition.ts'
import { arches, orbits, tiles } from './cover/geometric.ts'
import { hills, night, sea, windows } from './cover/landscape.ts'
import { escapeXml } from './cover/lettering.ts'
import { palettes } from './cover/palettes.ts'
import { poster } from './cover/poster.ts'
import { createRandom } from './cover/random.ts'
import { rect } from './cover/shapes.ts'
import { initial, label, waves } from './cover/typographic.ts'
import type { Book } from '../../db/schema.ts'

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

/** What suits a genre; the first match counts, and a genre without one may get anything. */
const byGenre: Array<[RegExp, Composition[]]> = [
  [/science fiction|space/, [orbits, tiles, waves, orbits]],
  [/scien|math|tech|comput/, [orbits, waves, tiles]],
  [/myster|crime|thriller|detective/, [windows, poster, initial, windows]],
  [/nature|garden|botan|animal/, [stems, hills, label, stems]],
  [/cook|food|kitchen|drink/, [fruit, label, stems, fruit]],
  [/poe[mt]|music/, [waves, stems, initial]],
  [/fantas|horror|ghost|gothic|myth|tale/, [night, arches, hills]],
  [/travel|adventure|journey|sea/, [sea, hills, sea, arches]],
  [/histor|classic|biograph|memoir/, [arches, label, initial, poster]],
  [/philosoph|essay|art|design|craft/, [tiles, poster, initial]],
  [/child|young|humou?r|comic/, [fruit, tiles, night, sea]],
  [/romance|love/, [stems, label, fruit]],
]

/** A book's cover as an SVG document: drawn from its slug, the same every time. */
export function renderCover(book: Pick<Book, 'slug' | 'title' | 'author' | 'genre'>): string {
  const random = createRandom(book.slug)
  const genre = book.genre.toLowerCase()
  const suitable = byGenre.find(([pattern]) => pattern.test(genre))?.[1] ?? allCompositions
  const compose = random.pick(suitable)
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
