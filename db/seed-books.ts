import type { NewBook } from './books.ts'
import { fantasyAndFolklore } from './seed-books/fantasy-and-folklore.ts'
import { fiction } from './seed-books/fiction.ts'
import { historyAndTravel } from './seed-books/history-and-travel.ts'
import { mystery } from './seed-books/mystery.ts'
import { philosophy } from './seed-books/philosophy.ts'
import { poetry } from './seed-books/poetry.ts'
import { scienceAndNature } from './seed-books/science-and-nature.ts'
import { scienceFiction } from './seed-books/science-fiction.ts'
import type { SeedBook } from './seed-books/seed-book.ts'

const shelves: Record<string, SeedBook[]> = {
  Fiction: fiction,
  Mystery: mystery,
  'Science Fiction': scienceFiction,
  'Fantasy & Folklore': fantasyAndFolklore,
  Poetry: poetry,
  'History & Travel': historyAndTravel,
  'Science & Nature': scienceAndNature,
  Philosophy: philosophy,
}

/** One from each shelf in turn, so that the newest books are not all of one genre. */
export function seedBooks(): NewBook[] {
  const longest = Math.max(...Object.values(shelves).map((shelf) => shelf.length))
  return Array.from({ length: longest }, (_, position) =>
    Object.entries(shelves).flatMap(([genre, shelf]) => {
      const book = shelf[position]
      return book ? [{ ...book, genre }] : []
    }),
  ).flat()
}
