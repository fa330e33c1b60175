import { testCatalogue } from '../db/testing-catalogue.ts'
import type { NewBook } from '../db/books.ts'

/** Books of the catalogue: three that are there in numbers, and others. */
export const books = {
  pride: { id: 1, slug: 'pride-and-prejudice', title: 'Pride and Prejudice', price: '€9.99' },
  moonstone: { id: 2, slug: 'the-moonstone', title: 'The Moonstone', price: '€11.99' },
  heights: { id: 9, slug: 'wuthering-heights', title: 'Wuthering Heights', price: '€10.99' },
  /** Its price is changed. */
  garden: { id: 10, slug: 'the-patient-garden', title: 'The Patient Garden' },
  longTitle: { slug: 'a-vindication-of-the-rights-of-woman' },
  soldOut: { slug: 'the-last-atlas' },
}

/** What browser tests and the demo find in the shop, so that they hold whatever it sells. */
export function catalogue(): NewBook[] {
  const shelf = { genre: 'History & Travel', year: 1792, pages: 320, priceCents: 2450 }
  return [
    ...testCatalogue(),
    {
      ...shelf,
      title: 'A Vindication of the Rights of Woman',
      author: 'Mary Wollstonecraft',
      description: 'It has a long title.',
      stock: 12,
    },
    {
      ...shelf,
      title: 'The Last Atlas',
      author: 'Clara Hobart',
      description: 'Everybody wanted one.',
      stock: 0,
    },
  ]
}
