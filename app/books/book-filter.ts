import { bookSorts, type BookSort } from '../../db/book-lists.ts'
import { readPageNumber } from '../ui/page-number.ts'
import { routes } from '../routes.ts'
import { shop } from '../ui/shop.ts'

/** What a list of books is asked for. */
export interface BookFilter {
  q: string
  /** `''` is every genre. */
  genre: string
  sort: BookSort
  page: number
}

/** Whatever an address asks for, there is a list: what makes no sense counts as not asked. */
export function readFilter(params: URLSearchParams): BookFilter {
  const q = (params.get('q') ?? '').trim().slice(0, 100)
  const sort = params.get('sort') as BookSort
  return {
    q,
    genre: params.get('genre') ?? '',
    sort: bookSorts.includes(sort) && (sort !== 'relevance' || q !== '') ? sort : defaultSort(q),
    page: readPageNumber(params),
  }
}

function defaultSort(q: string): BookSort {
  return q === '' ? 'title' : 'relevance'
}

/** Stable addresses: what has its default is left out. */
export function bookListHref({ q, genre, sort }: Omit<BookFilter, 'page'>, page = 1): string {
  return routes.books.index.href(null, {
    q: q || null,
    genre: genre || null,
    sort: sort === defaultSort(q) ? null : sort,
    page: page === 1 ? null : page,
  })
}

/** What the list is called on its page. */
export function headline({ q, genre }: Pick<BookFilter, 'q' | 'genre'>): string {
  if (q !== '' && genre !== '') return `“${q}” in ${genre}`
  if (q !== '') return `“${q}”`
  return genre === '' ? `All ${shop.items}` : genre
}
