import { testCatalogue } from '../db/testing-catalogue.ts'
import type { NewBook } from '../db/books.ts'

/** Books of the catalogue that are there in numbers, and one that is not. */
export const books = {
  pride: { id: 1, slug: 'pride-and-prejudice', title: 'Pride and Prejudice', price: '€9.99' },
  moonstone: { id: 2, slug: 'the-moonstone', title: 'The Moonstone', price: '€11.99' },
  heights: { id: 9, slug: 'wuthering-heights', title: 'Wuthering Heights', price: '€10.99' },
  soldOut: { slug: 'the-last-atlas' },
}

/** What browser tests and the demo find in the shop, so that they hold whatever it sells. */
export function catalogue(): NewBook[] {
  const last = {
    title: 'The Last Atlas',
    author: 'Clara Hobart',
    genre: 'History & Travel',
    description: 'Everybody wanted one.',
    year: 1901,
    pages: 320,
    priceCents: 2450,
    stock: 0,
  }
  return [...testCatalogue(), last]
}
