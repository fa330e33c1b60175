import assert from 'node:assert/strict'
import { test } from 'node:test'

import { eq } from '#drizzle-orm'
import * as fc from 'fast-check'
import { anyCharacter } from 'remix/session/testing/any-character'
import { rounds } from 'remix/session/testing/exploring'

import { bookSorts, listBooks, type BookListOptions, wordsInBooks } from './book-lists.ts'
import { retireBook, updateBook } from './books.ts'
import type { Database } from './database.ts'
import { books } from './schema-books.ts'
import { searchColumns } from './search.ts'
import { insertTestBook, now, onEachDatabase, plansOf, rowsOf, sqliteOf } from './testing.ts'

async function titles(
  db: Database,
  q: string,
  options: Partial<BookListOptions> = {},
): Promise<string[]> {
  return (await listBooks(db, { q, pageSize: 1000, ...options })).books.map((book) => book.title)
}

const anything = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.constantFrom(...'ab"*^:(){}+-&%_\\\'’\0\ud800平ا', ' AND ', ' OR ', ' NEAR('))
    .map((parts) => parts.join('')),
)

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

/** So many books that looking at each of them would take longer than the index. */
async function fillPostgres(db: Database): Promise<void> {
  await rowsOf(
    db,
    `insert into books (slug, title, author, genre, description, year, pages, price_cents, stock,
     title_key, search_title, created_at)
     select 'book-' || n, 'Book', 'Author', 'Fiction', '', 1, 1, 1, 1, 'book', 'word' || n, 0
     from generate_series(1, 5000) n`,
  )
  await rowsOf(db, 'analyze books')
}

onEachDatabase(({ dialect, testDatabase }) => {
  // How well a book matches is not rated alike where the words are in several texts of it.
  const rated = (found: string[]) => (dialect === 'sqlite' ? found : found.toSorted())

  test('the search finds words of title, author, genre and description', async () => {
    const db = await testDatabase()
    await insertTestBook(db, {
      title: 'Walden',
      author: 'Henry David Thoreau',
      description: 'A pond.',
    })
    await insertTestBook(db, {
      title: 'Solaris',
      author: 'Stanisław Lem',
      genre: 'Science Fiction',
    })
    assert.deepEqual(await titles(db, 'walden'), ['Walden'])
    assert.deepEqual(await titles(db, 'thoreau'), ['Walden'])
    assert.deepEqual(await titles(db, 'pond'), ['Walden'])
    assert.deepEqual(await titles(db, 'science fiction'), ['Solaris'])
    assert.deepEqual(await titles(db, 'zeppelin'), [])
  })

  test('every word has to be there, in any order and in any text of the book', async () => {
    const db = await testDatabase()
    await insertTestBook(db, { title: 'Emma', author: 'Jane Austen' })
    await insertTestBook(db, { title: 'Jane Eyre', author: 'Charlotte Brontë' })
    assert.deepEqual(await titles(db, '  austen   EMMA '), ['Emma'])
    assert.deepEqual((await titles(db, 'jane')).toSorted(), ['Emma', 'Jane Eyre'])
  })

  test('a word is found from its beginning if it is the last, and never from its middle', async () => {
    const db = await testDatabase()
    await insertTestBook(db, { title: 'The Heart of a Party' })
    await insertTestBook(db, { title: 'The Artist' })
    await insertTestBook(db, { title: 'Artful Dodging' })
    await insertTestBook(db, { title: 'Art' })
    assert.deepEqual(await titles(db, 'art'), ['Art', 'Artful Dodging', 'The Artist'])
    const all = ['The Heart of a Party', 'Art', 'Artful Dodging', 'The Artist']
    assert.deepEqual(rated(await titles(db, 'a')), rated(all))
    assert.deepEqual(await titles(db, 'the art'), ['The Artist'])
    assert.deepEqual(await titles(db, 'art the'), [])
  })

  test('the title itself comes first, then titles, authors, genres and descriptions', async () => {
    const db = await testDatabase()
    await insertTestBook(db, { title: 'In the text', description: 'Of war.' })
    await insertTestBook(db, { title: 'On the shelf', genre: 'War' })
    await insertTestBook(db, { title: 'By its author', author: 'A. War' })
    await insertTestBook(db, {
      title: 'War of wars',
      description: 'A war story of war.',
      genre: 'War',
    })
    await insertTestBook(db, { title: 'The War', description: 'Long. '.repeat(200) })
    const found = ['The War', 'War of wars', 'By its author', 'On the shelf', 'In the text']
    assert.deepEqual(await titles(db, 'war'), found)
    assert.deepEqual(
      await titles(db, 'war', { sort: 'title' }),
      found.toSorted((a, b) => (a < b ? -1 : 1)),
    )
  })

  test('case, accents and the kind of apostrophe do not matter, and & is and', async () => {
    const db = await testDatabase()
    await insertTestBook(db, {
      title: 'Alice’s Adventures',
      author: 'Emily Brontë',
      genre: 'This & That',
    })
    for (const q of ['BRONTE', 'brontë', 'Bronte\u0308', "alice's", 'ALICE’S', 'alices']) {
      assert.deepEqual(await titles(db, q), ['Alice’s Adventures'], q)
    }
    for (const q of ['this & that', 'this and that', 'This&That', 'this that']) {
      assert.deepEqual(await titles(db, q), ['Alice’s Adventures'], q)
    }
  })

  test('titles in scripts without spaces are found by any part of theirs', async () => {
    const db = await testDatabase()
    await insertTestBook(db, { title: '战争与和平' })
    await insertTestBook(db, { title: 'ألف ليلة وليلة' })
    await insertTestBook(db, { title: '吾輩は猫である' })
    assert.deepEqual(await titles(db, '和平'), ['战争与和平'])
    assert.deepEqual(await titles(db, '平和'), [])
    assert.deepEqual(await titles(db, '猫'), ['吾輩は猫である'])
    assert.deepEqual(await titles(db, 'ليلة'), ['ألف ليلة وليلة'])
  })

  test('one typing error in a word is forgiven when the word is in no book', async () => {
    const db = await testDatabase()
    await insertTestBook(db, { title: 'Pride and Prejudice', author: 'Jane Austen' })
    await insertTestBook(db, { title: 'Prejudices', genre: 'Essays' })
    const mistyped = {
      predjudice: 'prejudice',
      prejudcie: 'prejudice',
      wrejudice: 'prejudice',
      'pride and predjudise': 'pride and prejudice',
      austin: 'austen',
      esays: 'essays',
    }
    for (const [q, corrected] of Object.entries(mistyped)) {
      assert.equal((await listBooks(db, { q, pageSize: 1 })).corrected, corrected, q)
    }
    const found = await titles(db, 'predjudice')
    assert.deepEqual(rated(found), rated(['Pride and Prejudice', 'Prejudices']))
    assert.equal((await listBooks(db, { q: 'prid', pageSize: 1 })).corrected, undefined)
    for (const q of ['zeppelin', 'asten zeppelin', 'abc', 'essays austen', '', '%']) {
      assert.equal((await listBooks(db, { q, pageSize: 1 })).corrected, undefined, q)
    }
  })

  test('the first letters are forgiven, too, in any alphabet, without a look at every word', async (t) => {
    const db = await testDatabase()
    await insertTestBook(db, { title: 'Whale', author: 'Чехов', description: manyWords() })
    const mistyped = {
      hwale: 'whale',
      ahale: 'whale',
      hale: 'whale',
      wwhale: 'whale',
      wale: 'whale',
      wjale: 'whale',
      wihale: 'whale',
      '0hale': 'whale',
      w4ale: 'whale',
      шехов: 'чехов',
      ечхов: 'чехов',
    }
    for (const [q, corrected] of Object.entries(mistyped)) {
      assert.equal((await listBooks(db, { q, pageSize: 1 })).corrected, corrected, q)
    }
    if (dialect !== 'sqlite') return
    let words = 0
    const statement = Object.getPrototypeOf(sqliteOf(db).prepare('select 1'))
    const { all } = statement
    t.mock.method(statement, 'all', function (this: unknown, ...values: unknown[]) {
      const rows: unknown[] = all.apply(this, values)
      words += rows.length
      return rows
    })
    for (const q of ['xqzwv', 'hwael']) await listBooks(db, { q, pageSize: 1 })
    assert.ok(words > 0 && words < 100, `${words} words were looked at`)
  })

  test('the beginning of a word is completed where the whole word is nowhere', async () => {
    const db = await testDatabase()
    for (let i = 0; i < 3; i++) await insertTestBook(db, { genre: 'Science Fiction' })
    await insertTestBook(db, { title: 'Scissors' })
    const { total, corrected } = await listBooks(db, { q: 'sci-fi', pageSize: 1 })
    assert.deepEqual([total, corrected], [3, 'science fi'])
  })

  test('words are offered one by one, the rarest first, when no book has all of them', async () => {
    const db = await testDatabase()
    await insertTestBook(db, { title: 'Emma' })
    await insertTestBook(db, { title: 'Walden' })
    await insertTestBook(db, { title: 'Walden Two' })
    assert.deepEqual(await titles(db, 'walden emma zeppelin'), [])
    assert.deepEqual(await wordsInBooks(db, 'walden emma zeppelin'), [
      { word: 'emma', total: 1 },
      { word: 'walden', total: 2 },
    ])
  })

  test('what is typed is no query language: each of these is only its words', async () => {
    const db = await testDatabase()
    await insertTestBook(db, { title: 'Plain' })
    await insertTestBook(db, { title: 'Snake_case' })
    for (const q of ['%', '_', '"', "' ' --", '*', '(', 'pl*n', 'plain NOT plane', 'title:plain']) {
      assert.deepEqual(await titles(db, q), [], q)
    }
    for (const q of ['"plain', 'plain*', '^plain', '-plain', '(plain)', 'search_title : plain']) {
      assert.deepEqual(await titles(db, q), q.includes('title') ? [] : ['Plain'], q)
    }
    assert.deepEqual(await titles(db, 'snake_case'), ['Snake_case'])
  })

  test('whatever is typed gets an answer', async () => {
    const db = await testDatabase()
    await insertTestBook(db, { title: 'ab 平和', author: 'ا' })
    await fc.assert(
      fc.asyncProperty(anything, fc.constantFrom(...bookSorts, undefined), async (q, sort) => {
        await listBooks(db, { q, sort, genre: q, pageSize: 10 })
        const { books, total } = await listBooks(db, { q, sort, pageSize: 10 })
        assert.equal(books.length, total)
        await wordsInBooks(db, q)
      }),
      { numRuns: dialect === 'sqlite' ? rounds(1000) : 100 },
    )
  })

  test('a title finds its book, whatever letters are in it', async () => {
    const db = await testDatabase()
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 20 }), async (title) => {
        const { id } = await insertTestBook(db, { title: `x ${title}` })
        const { books } = await listBooks(db, { q: `x ${title}`, sort: 'newest', pageSize: 1 })
        assert.equal(books[0]?.id, id)
      }),
    )
  })

  test('a blank search lists everything, and of a long one the first ten words count', async () => {
    const db = await testDatabase()
    await insertTestBook(db, { title: 'One two three four five six seven eight nine ten' })
    await insertTestBook(db, { title: 'Ten' })
    assert.equal((await titles(db, ' \t ')).length, 2)
    assert.equal(
      (await titles(db, 'one one two three four five six seven eight nine ten')).length,
      1,
    )
    assert.equal(
      (await titles(db, 'one two three four five six seven eight nine ten zebra')).length,
      1,
    )
    assert.equal((await titles(db, 'one two three four five six seven eight nine zebra')).length, 0)
  })

  test('index and books agree after any edits, and all of them rolled back', async () => {
    const db = await testDatabase()
    const play = async (
      on: Database,
      edits: (typeof edit extends fc.Arbitrary<infer E> ? E : never)[],
    ) => {
      for (const edit of edits) {
        if (edit.kind === 'insert') await insertTestBook(on, edit.texts)
        else if (edit.kind === 'update') await updateBook(on, edit.id, edit.texts)
        else if (edit.kind === 'retire') await retireBook(on, edit.id, now)
        else await on.delete(books).where(eq(books.id, edit.id))
      }
    }
    const check = async () => {
      if (dialect === 'sqlite') {
        // Compares the index with the columns of the table, word by word.
        await rowsOf(db, `insert into book_search(book_search, rank) values ('integrity-check', 1)`)
      } else {
        const stat = `select word as term, ndoc::bigint as doc from ts_stat('select search from books') order by word collate "C"`
        const [counted, kept] = [
          await rowsOf(db, stat),
          await rowsOf(db, 'select term, doc from book_words order by term'),
        ]
        assert.deepEqual(kept, counted)
      }
      for (const row of await rowsOf(db, 'select * from books')) {
        const { title, author, genre, description } = row as Record<
          'title' | 'author' | 'genre' | 'description',
          string
        >
        const columns = searchColumns({ title, author, genre, description })
        assert.deepEqual(
          [
            row['search_title'],
            row['search_author'],
            row['search_genre'],
            row['search_description'],
          ],
          Object.values(columns),
        )
      }
    }
    await fc.assert(
      fc.asyncProperty(
        fc.array(edit, { maxLength: 20 }),
        fc.array(edit, { maxLength: 5 }),
        async (edits, lost) => {
          await db.delete(books)
          if (dialect === 'sqlite') await rowsOf(db, 'delete from sqlite_sequence')
          else await rowsOf(db, 'alter sequence books_id_seq restart')
          await play(db, edits)
          await check()
          const failing = db.transaction(async (tx) => {
            await play(tx, lost)
            throw new Error('rolled back')
          })
          await assert.rejects(failing, /rolled back/)
          await check()
        },
      ),
      { numRuns: dialect === 'sqlite' ? rounds(100) : 20 },
    )
  })

  test('the search reads the index, and the books only that it found there', async () => {
    const db = await testDatabase()
    await insertTestBook(db, { title: 'War' })
    if (dialect === 'postgres') await fillPostgres(db)
    const plans = await plansOf(db, async () => {
      for (const sort of bookSorts) {
        await listBooks(db, { q: 'war', sort, pageSize: 10 })
        await listBooks(db, { q: 'war', sort, genre: 'Fiction', pageSize: 10 })
      }
    })
    const index =
      dialect === 'sqlite'
        ? /SCAN book_search VIRTUAL TABLE INDEX \d+:M\d+\nSEARCH books USING INTEGER/g
        : /Bitmap Index Scan on books_search/g
    // A page of each order with and without a genre, and their totals, which SQLite prepares once.
    const orders = bookSorts.length * 2
    const totals = dialect === 'sqlite' ? 2 : orders
    assert.equal(plans.match(index)?.length, orders + totals)
  })
})

/** Two to begin with each two letters. */
function manyWords(): string {
  const letters = [...'abcdefghijklmnopqrstuvwxyz']
  const beginnings = letters.flatMap((one) => letters.map((other) => one + other))
  return beginnings.flatMap((beginning) => [`${beginning}zzy`, `${beginning}yyz`]).join(' ')
}
