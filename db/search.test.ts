import assert from 'node:assert/strict'
import { test } from 'node:test'

import * as fc from 'fast-check'

import {
  bookSorts,
  listBooks,
  type BookListOptions,
  retireBook,
  updateBook,
  wordsInBooks,
} from './books.ts'
import type { Database } from './connect.ts'
import { searchColumns } from './search.ts'
import { insertTestBook, now, testDatabase } from './testing.ts'

function titles(db: Database, q: string, options: Partial<BookListOptions> = {}): string[] {
  return listBooks(db, { q, pageSize: 1000, ...options }).books.map((book) => book.title)
}

test('the search finds words of title, author, genre and description', () => {
  const db = testDatabase()
  insertTestBook(db, { title: 'Walden', author: 'Henry David Thoreau', description: 'A pond.' })
  insertTestBook(db, { title: 'Solaris', author: 'Stanisław Lem', genre: 'Science Fiction' })
  assert.deepEqual(titles(db, 'walden'), ['Walden'])
  assert.deepEqual(titles(db, 'thoreau'), ['Walden'])
  assert.deepEqual(titles(db, 'pond'), ['Walden'])
  assert.deepEqual(titles(db, 'science fiction'), ['Solaris'])
  assert.deepEqual(titles(db, 'zeppelin'), [])
})

test('every word has to be there, in any order and in any text of the book', () => {
  const db = testDatabase()
  insertTestBook(db, { title: 'Emma', author: 'Jane Austen' })
  insertTestBook(db, { title: 'Jane Eyre', author: 'Charlotte Brontë' })
  assert.deepEqual(titles(db, '  austen   EMMA '), ['Emma'])
  assert.deepEqual(titles(db, 'jane').toSorted(), ['Emma', 'Jane Eyre'])
})

test('a word is found from its beginning if it is the last, and never from its middle', () => {
  const db = testDatabase()
  insertTestBook(db, { title: 'The Heart of a Party' })
  insertTestBook(db, { title: 'The Artist' })
  insertTestBook(db, { title: 'Artful Dodging' })
  insertTestBook(db, { title: 'Art' })
  assert.deepEqual(titles(db, 'art'), ['Art', 'Artful Dodging', 'The Artist'])
  assert.deepEqual(titles(db, 'a'), ['The Heart of a Party', 'Art', 'Artful Dodging', 'The Artist'])
  assert.deepEqual(titles(db, 'the art'), ['The Artist'])
  assert.deepEqual(titles(db, 'art the'), [])
})

test('the title itself comes first, then titles, authors, genres and descriptions', () => {
  const db = testDatabase()
  insertTestBook(db, { title: 'In the text', description: 'Of war.' })
  insertTestBook(db, { title: 'On the shelf', genre: 'War' })
  insertTestBook(db, { title: 'By its author', author: 'A. War' })
  insertTestBook(db, { title: 'War of wars', description: 'A war story of war.', genre: 'War' })
  insertTestBook(db, { title: 'The War', description: 'Long. '.repeat(200) })
  const found = ['The War', 'War of wars', 'By its author', 'On the shelf', 'In the text']
  assert.deepEqual(titles(db, 'war'), found)
  assert.deepEqual(
    titles(db, 'war', { sort: 'title' }),
    found.toSorted((a, b) => (a < b ? -1 : 1)),
  )
})

test('case, accents and the kind of apostrophe do not matter, and & is and', () => {
  const db = testDatabase()
  insertTestBook(db, { title: 'Alice’s Adventures', author: 'Emily Brontë', genre: 'This & That' })
  for (const q of ['BRONTE', 'brontë', 'Bronte\u0308', "alice's", 'ALICE’S', 'alices']) {
    assert.deepEqual(titles(db, q), ['Alice’s Adventures'], q)
  }
  for (const q of ['this & that', 'this and that', 'This&That', 'this that']) {
    assert.deepEqual(titles(db, q), ['Alice’s Adventures'], q)
  }
})

test('titles in scripts without spaces are found by any part of theirs', () => {
  const db = testDatabase()
  insertTestBook(db, { title: '战争与和平' })
  insertTestBook(db, { title: 'ألف ليلة وليلة' })
  insertTestBook(db, { title: '吾輩は猫である' })
  assert.deepEqual(titles(db, '和平'), ['战争与和平'])
  assert.deepEqual(titles(db, '平和'), [])
  assert.deepEqual(titles(db, '猫'), ['吾輩は猫である'])
  assert.deepEqual(titles(db, 'ليلة'), ['ألف ليلة وليلة'])
})

test('one typing error in a word is forgiven when the word is in no book', () => {
  const db = testDatabase()
  insertTestBook(db, { title: 'Pride and Prejudice', author: 'Jane Austen' })
  insertTestBook(db, { title: 'Prejudices', genre: 'Essays' })
  const mistyped = {
    predjudice: 'prejudice',
    prejudcie: 'prejudice',
    wrejudice: 'prejudice',
    'pride and predjudise': 'pride and prejudice',
    austin: 'austen',
    esays: 'essays',
  }
  for (const [q, corrected] of Object.entries(mistyped)) {
    assert.equal(listBooks(db, { q, pageSize: 1 }).corrected, corrected, q)
  }
  assert.deepEqual(titles(db, 'predjudice'), ['Pride and Prejudice', 'Prejudices'])
  assert.equal(listBooks(db, { q: 'prid', pageSize: 1 }).corrected, undefined)
  for (const q of ['zeppelin', 'asten zeppelin', 'abc', 'essays austen', '', '%']) {
    assert.equal(listBooks(db, { q, pageSize: 1 }).corrected, undefined, q)
  }
})

test('the beginning of a word is completed where the whole word is nowhere', () => {
  const db = testDatabase()
  for (let i = 0; i < 3; i++) insertTestBook(db, { genre: 'Science Fiction' })
  insertTestBook(db, { title: 'Scissors' })
  const { total, corrected } = listBooks(db, { q: 'sci-fi', pageSize: 1 })
  assert.deepEqual([total, corrected], [3, 'science fi'])
})

test('words are offered one by one, the rarest first, when no book has all of them', () => {
  const db = testDatabase()
  insertTestBook(db, { title: 'Emma' })
  insertTestBook(db, { title: 'Walden' })
  insertTestBook(db, { title: 'Walden Two' })
  assert.deepEqual(titles(db, 'walden emma zeppelin'), [])
  assert.deepEqual(wordsInBooks(db, 'walden emma zeppelin'), [
    { word: 'emma', total: 1 },
    { word: 'walden', total: 2 },
  ])
})

test('what is typed is no query language: each of these is only its words', () => {
  const db = testDatabase()
  insertTestBook(db, { title: 'Plain' })
  insertTestBook(db, { title: 'Snake_case' })
  for (const q of ['%', '_', '"', "' ' --", '*', '(', 'pl*n', 'plain NOT plane', 'title:plain']) {
    assert.deepEqual(titles(db, q), [], q)
  }
  for (const q of ['"plain', 'plain*', '^plain', '-plain', '(plain)', 'search_title : plain']) {
    assert.deepEqual(titles(db, q), q.includes('title') ? [] : ['Plain'], q)
  }
  assert.deepEqual(titles(db, 'snake_case'), ['Snake_case'])
})

const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.constantFrom(...'ab"*^:(){}+-&%_\\\'’\0\ud800平ا', ' AND ', ' OR ', ' NEAR('))
    .map((parts) => parts.join('')),
)

test('whatever is typed gets an answer', () => {
  const db = testDatabase()
  insertTestBook(db, { title: 'ab 平和', author: 'ا' })
  fc.assert(
    fc.property(anything, fc.constantFrom(...bookSorts, undefined), (q, sort) => {
      listBooks(db, { q, sort, genre: q, pageSize: 10 })
      const { books, total } = listBooks(db, { q, sort, pageSize: 10 })
      assert.equal(books.length, total)
      wordsInBooks(db, q)
    }),
    { numRuns: 1000 },
  )
})

test('a title finds its book, whatever letters are in it', () => {
  const db = testDatabase()
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (title) => {
      const { id } = insertTestBook(db, { title: `x ${title}` })
      const { books } = listBooks(db, { q: `x ${title}`, sort: 'newest', pageSize: 1 })
      assert.equal(books[0]?.id, id)
    }),
  )
})

test('a blank search lists everything, and of a long one the first ten words count', () => {
  const db = testDatabase()
  insertTestBook(db, { title: 'One two three four five six seven eight nine ten' })
  insertTestBook(db, { title: 'Ten' })
  assert.equal(titles(db, ' \t ').length, 2)
  assert.equal(titles(db, 'one one two three four five six seven eight nine ten').length, 1)
  assert.equal(titles(db, 'one two three four five six seven eight nine ten zebra').length, 1)
  assert.equal(titles(db, 'one two three four five six seven eight nine zebra').length, 0)
})

const text = fc.constantFrom('War', 'war and peace', 'Émile', 'the sea', '平和', '', 'a "b" c')
const texts = fc.record({ title: text, author: text, genre: text, description: text })
const id = fc.integer({ min: 1, max: 9 })
const edit = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), texts }),
  fc.record({
    kind: fc.constant('update' as const),
    texts: fc.record({ title: text }),
    id,
  }),
  fc.record({ kind: fc.constant('update' as const), texts, id }),
  fc.record({ kind: fc.constant('retire' as const), id }),
  fc.record({ kind: fc.constant('delete' as const), id }),
)

test('index and books agree after any edits, and all of them rolled back', () => {
  const db = testDatabase()
  const remove = db.$client.prepare('delete from books where id = ?')
  const reset = `delete from books; delete from sqlite_sequence`
  const play = (edits: (typeof edit extends fc.Arbitrary<infer E> ? E : never)[]) => {
    for (const edit of edits) {
      if (edit.kind === 'insert') insertTestBook(db, edit.texts)
      else if (edit.kind === 'update') updateBook(db, edit.id, edit.texts)
      else if (edit.kind === 'retire') retireBook(db, edit.id, now)
      else remove.run(edit.id)
    }
  }
  const check = () => {
    // Compares the index with the columns of the table, word by word.
    db.$client.exec(`insert into book_search(book_search, rank) values ('integrity-check', 1)`)
    for (const row of db.$client.prepare('select * from books').all() as Record<string, string>[]) {
      const { title = '', author = '', genre = '', description = '' } = row
      const columns = searchColumns({ title, author, genre, description })
      assert.deepEqual(
        [row['search_title'], row['search_author'], row['search_genre'], row['search_description']],
        Object.values(columns),
      )
    }
  }
  fc.assert(
    fc.property(
      fc.array(edit, { maxLength: 20 }),
      fc.array(edit, { maxLength: 5 }),
      (edits, lost) => {
        db.$client.exec(reset)
        play(edits)
        check()
        assert.throws(
          () =>
            db.transaction(() => {
              play(lost)
              throw new Error('rolled back')
            }),
          /rolled back/,
        )
        check()
      },
    ),
  )
})

test('the search reads the index, and the books only that it found there', () => {
  const db = testDatabase()
  insertTestBook(db, { title: 'War' })
  const plans: string[] = []
  const prepare = db.$client.prepare.bind(db.$client)
  db.$client.prepare = ((source: string) => {
    const values = Array.from({ length: source.split('?').length - 1 }, () => '1')
    const plan = prepare(`explain query plan ${source}`).all(...values) as { detail: string }[]
    if (source.includes('book_search')) plans.push(plan.map(({ detail }) => detail).join('; '))
    return prepare(source)
  }) as typeof db.$client.prepare
  for (const sort of bookSorts) {
    listBooks(db, { q: 'war', sort, pageSize: 10 })
    listBooks(db, { q: 'war', sort, genre: 'Fiction', pageSize: 10 })
  }
  assert.equal(plans.length, bookSorts.length * 4)
  for (const plan of plans) {
    assert.match(plan, /^SCAN book_search VIRTUAL TABLE INDEX \d+:M\d+; SEARCH books USING INTEGER/)
  }
})
