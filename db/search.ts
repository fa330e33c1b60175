// The search, as far as it depends on the database engine: SQLite's full-text index `book_search` or
// PostgreSQL's of the column `search`, and `book_words`, the words in it, which FTS5 lists by itself and
// PostgreSQL has in a table. Triggers keep both in step with the books. The same books are found, in an order
// that each rates in its own way.
//
// A word that is in no book is compared with those in `book_words` that begin with the same two letters, and
// else with those that begin as it would if one of the two were mistyped: with 10,000 books to read all words
// took 18 ms.

import { and, eq, sql } from '#drizzle-orm'

import type { Database } from './database.ts'
import { textsOf } from './dialect.ts'
import { editDistance } from './edit-distance.ts'
import { prepareOnce } from './prepare-once.ts'
import { books } from './schema-books.ts'
import { fold, wordsOf } from './text.ts'

// Each word of a search costs a look into the index, and the query string is anybody's.
const MOST_WORDS = 10
const MOST_CORRECTIONS = 3

/** Behind every letter. */
const LAST = '\u{10ffff}'

/** How a query gets the books in which the words of `matchOf` are. */
export function foundBy({ engine }: Database) {
  const match = sql.placeholder('match')
  return engine.dialect === 'sqlite'
    ? {
        where: and(sql`book_search match ${match}`, eq(books.id, sql`book_search.rowid`))!,
        /** Smaller is better. A word of the title says more than one of the description. */
        rank: sql`bm25(book_search, 10, 6, 4, 1)`,
        /** To join with the books. */
        from: sql`book_search`,
      }
    : {
        where: sql`${books}.search @@ ${match}::tsquery`,
        rank: sql`-ts_rank('{0.1, 0.4, 0.6, 1}', ${books}.search, ${match}::tsquery)`,
        from: undefined,
      }
}

/** What the index holds of a book. */
export function searchColumns(book: {
  title: string
  author: string
  genre: string
  description: string
}) {
  return {
    searchTitle: indexed(book.title),
    searchAuthor: indexed(book.author),
    searchGenre: indexed(book.genre),
    searchDescription: indexed(book.description),
  }
}

function indexed(text: string): string {
  return wordsOf(text).map(terms).join(' ')
}

// Scripts that put no space between words: each letter is indexed, and a word is letters in a row.
const unspaced = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}]/gu

function terms(word: string): string {
  return word.replace(unspaced, ' $& ').replace(/ +/g, ' ').trim()
}

/** The words to look for in what somebody typed. */
export function searchWords(q: string): string[] {
  return [...new Set(wordsOf(q))].slice(0, MOST_WORDS)
}

/** Every word has to be there. The last may be typed in part, yet counts more when it is whole. */
export function matchOf({ engine }: Database, words: readonly string[]): string {
  if (engine.dialect === 'sqlite') {
    const phrases = words.map((word) => `"${terms(word)}"`)
    const last = phrases.pop()
    return [...phrases, `(${last} OR ${last} *)`].join(' AND ')
  }
  const phrases = words.map((word) => terms(word).replaceAll(' ', ' <-> '))
  const last = phrases.pop()
  return [...phrases.map((phrase) => `(${phrase})`), `(${last} | ${last}:*)`].join(' & ')
}

/** The words that begin with one of these texts, each looked up by itself. */
function wordsBeginning(db: Database, name: string) {
  const texts = sql`(${textsOf(db, name)}) as beginnings`
  const fits = sql`term >= beginnings.value and term < beginnings.value || ${LAST}`
  return db.engine.dialect === 'sqlite'
    ? sql`(select term, doc from ${texts} cross join book_words where ${fits}) as words`
    : // Without `offset 0` it is planned as any other join, and all words are compared with all texts.
      sql`${texts} cross join lateral (select term, doc from book_words where ${fits} offset 0) as words`
}

const statements = prepareOnce((db) => {
  const words = (from = sql`book_words`) =>
    db.select({ term: sql<string>`term`, books: sql<number>`doc` }).from(from)
  const range = sql`term >= ${sql.placeholder('from')} and term < ${sql.placeholder('to')}`
  const ofLength = sql`length(term) between ${sql.placeholder('min')} and ${sql.placeholder('max')}`
  return {
    exactly: words()
      .where(sql`term = ${sql.placeholder('word')}`)
      .prepare(),
    commonest: words()
      .where(range)
      .orderBy(sql`doc desc`)
      .limit(1)
      .prepare(),
    ofLength: words(wordsBeginning(db, 'beginnings')).where(ofLength).prepare(),
  }
})

/**
 * The words, with each that is in no book replaced by what was probably meant: the word that it
 * begins, or one that it is a typing error away from. Nothing if there is none, or no such word.
 */
export async function correctWords(
  db: Database,
  words: readonly string[],
): Promise<string[] | undefined> {
  const corrected: string[] = []
  let corrections = 0
  for (const [index, word] of words.entries()) {
    let right = (await known(db, word, index === words.length - 1)) ? word : undefined
    if (right === undefined && ++corrections <= MOST_CORRECTIONS) {
      right = (await completed(db, word)) ?? (await nearest(db, word))
    }
    if (right === undefined) return undefined
    corrected.push(right)
  }
  return corrections > 0 ? corrected : undefined
}

async function known(db: Database, word: string, asPrefix: boolean): Promise<boolean> {
  const { commonest, exactly } = statements(db)
  const rows = await (asPrefix ? commonest.execute(beginningWith(word)) : exactly.execute({ word }))
  return rows.length > 0
}

async function completed(db: Database, word: string): Promise<string | undefined> {
  if (word.length < 3) return undefined
  const [row] = await statements(db).commonest.execute(beginningWith(word))
  return row?.term
}

async function nearest(db: Database, word: string): Promise<string | undefined> {
  if (word.length < 4) return undefined
  const most = word.length < 8 ? 1 : 2
  const lengths = { min: word.length - most, max: word.length + most }
  // A shop with many books has too many words to look at each. The first letters are hardly ever wrong.
  const letters = [...word]
  for (const beginnings of [[letters.slice(0, 2).join('')], mistypedBeginnings(letters)]) {
    const rows = await statements(db).ofLength.execute({
      beginnings: JSON.stringify(beginnings),
      ...lengths,
    })
    const near = rows
      .map(({ term, books }) => ({ term, books, distance: editDistance(word, term, most) }))
      .filter(({ distance }) => distance <= most)
      .sort((a, b) => a.distance - b.distance || b.books - a.books)
    if (near[0]) return near[0].term
  }
  return undefined
}

/** How a word may begin whose first or second letter was mistyped. */
function mistypedBeginnings(letters: string[]): string[] {
  const beginnings = new Set<string>()
  for (const at of [0, 1]) {
    const [before, after] = [letters.slice(0, at), letters.slice(at + 1)]
    const [letter, next, ...rest] = letters.slice(at)
    const meant = [after, [next, letter, ...rest]]
    for (const other of lettersNear(letter!))
      meant.push([other, ...after], [other, letter, ...after])
    for (const end of meant) beginnings.add([...before, ...end].slice(0, 3).join(''))
  }
  return [...beginnings]
}

/** The alphabet of a letter: its letters stand side by side in Unicode. A digit may stand for a Latin one. */
function lettersNear(letter: string): string[] {
  const middles = /^[0-9]$/.test(letter) ? [letter, 'm'] : [letter]
  return middles.flatMap((middle) => {
    const code = middle.codePointAt(0)!
    return Array.from({ length: 65 }, (_, i) =>
      String.fromCodePoint(Math.max(0, code + i - 32)),
    ).filter((near) => /^[\p{L}\p{N}]$/u.test(near) && fold(near) === near)
  })
}

function beginningWith(letters: string): { from: string; to: string } {
  return { from: letters, to: letters + LAST }
}
