import { routes } from '../routes.ts'
import { coverOf } from '../covers/cover-asset.ts'
import type { Book } from '../../db/schema-books.ts'

/** A book and what it costs, in the words of schema.org. */
export function bookData(book: Book, { origin }: URL): object {
  return {
    '@type': ['Book', 'Product'],
    name: book.title,
    author: { '@type': 'Person', name: book.author },
    description: book.description,
    genre: book.genre,
    numberOfPages: book.pages,
    datePublished: String(book.year),
    image: origin + coverOf(book).href,
    offers: {
      '@type': 'Offer',
      url: origin + routes.books.show.href({ slug: book.slug }),
      price: (book.priceCents / 100).toFixed(2),
      priceCurrency: 'EUR',
      availability: `https://schema.org/${book.stock > 0 ? 'InStock' : 'OutOfStock'}`,
    },
  }
}
