import type { NewBook } from '../books.ts'

/** A book on its shelf, which has the genre. */
export type SeedBook = Omit<NewBook, 'genre'>
