import type { NewBook } from './books.ts'

const genres = [
  'Fiction',
  'Mystery',
  'Science Fiction',
  'Fantasy & Folklore',
  'Poetry',
  'History & Travel',
  'Science & Nature',
  'Philosophy',
]
const qualities = ['Distant', 'Silver', 'Patient', 'Hollow', 'Northern', 'Quiet', 'Burning']
const things = ['Harbour', 'Garden', 'Lantern', 'Orchard', 'Staircase', 'Winter', 'Compass']
const names = ['Clara Hobart', 'Elias Thorne', 'Margit Sund', 'Paul Okafor', 'Inés de la Vega']

/** By their place in the catalogue, which becomes their id. */
const knownBooks: Record<number, Partial<NewBook>> = {
  1: { title: 'Pride and Prejudice', author: 'Jane Austen', priceCents: 999 },
  2: { title: 'The Moonstone', author: 'Wilkie Collins', priceCents: 1199 },
  5: { title: 'Poems', author: 'Emily Dickinson', priceCents: 795 },
  9: { title: 'Wuthering Heights', author: 'Emily Brontë', priceCents: 1099 },
  17: { title: 'Moby-Dick', description: 'A captain, a crew and a whale. Nobody hurries.' },
}

/**
 * What tests find in the shop, so that they hold whatever it sells: 84 books, ten or more of each
 * genre, with its genres in turn. There are enough copies of each.
 */
export function testCatalogue(): NewBook[] {
  return Array.from({ length: 84 }, (_, index) => ({
    title: `The ${qualities[index % 7]} ${things[Math.floor(index / 7) % 7]}${index < 49 ? '' : ' Again'}`,
    author: names[index % names.length]!,
    genre: genres[index % genres.length]!,
    description: `Book ${index + 1} of the tests. It goes on for as long as it has to.`,
    year: 1800 + index,
    pages: 120 + 7 * index,
    priceCents: 899 + 37 * ((index * 29) % 84),
    stock: 20 + (index % 13),
    featured: index < genres.length,
    ...knownBooks[index + 1],
  }))
}
