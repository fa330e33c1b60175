import { Asset } from '../assets/asset.ts'
import { routes } from '../routes.ts'
import { renderCover, type CoverBook } from './cover.ts'

// Of a few kilobytes each.
const MOST_COVERS = 2000

const drawn = new Map<string, Asset>()

/** A book's cover, drawn once: its address changes when the book or the drawing does. */
export function coverOf(book: CoverBook): Asset {
  const { slug, title, author, genre } = book
  const key = JSON.stringify([slug, title, author, genre])
  const known = drawn.get(key)
  if (known) return known
  if (drawn.size === MOST_COVERS) drawn.clear()
  const cover = new Asset(routes.cover.href({ slug }), renderCover(book))
  drawn.set(key, cover)
  return cover
}
