import { listGenres } from '../../db/book-lists.ts'
import type { Database } from '../../db/database.ts'
import { cached } from '../../db/answer-cache.ts'

const known = new WeakMap<URL, readonly string[]>()

/**
 * The genres, read once for all that is shown at an address: the navigation of every page needs them,
 * and some of the pages do.
 *
 * @param url That of the request, which nothing else shares
 */
export async function genresFor(url: URL, db: Database): Promise<readonly string[]> {
  const read = known.get(url)
  if (read) return read
  const genres = await cached(db, 'genres', () => listGenres(db))
  known.set(url, genres)
  return genres
}
