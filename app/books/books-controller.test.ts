import assert from 'node:assert/strict'
import { it } from 'node:test'
import { listBooks, listFeaturedBooks, listGenres } from '../../db/book-lists.ts'
import { retireBook, updateBook } from '../../db/books.ts'
import { insertTestBook, testDatabase } from '../../db/testing.ts'
import { openTestShop } from '../testing/shop.ts'
import type { TestPage } from '../testing/page.ts'

function booksOn({ html }: Pick<TestPage, 'html'>): string[] {
  return [...html.matchAll(/card-title">\s*<a href="\/books\/([^"]+)"/g)].map(([, slug]) => slug!)
}

it('lists every book exactly once over the pages, whatever the order', async () => {
  const shop = await openTestShop()
  const { total } = await listBooks(shop.db, { pageSize: 1 })
  for (const sort of ['title', 'author', 'price', 'price-desc', 'newest']) {
    const seen: string[] = []
    for (let page = 1; page <= Math.ceil(total / 24); page++) {
      seen.push(...booksOn(await shop.browser().get(`/books?sort=${sort}&page=${page}`)))
    }
    assert.equal(seen.length, total, sort)
    assert.equal(new Set(seen).size, total, sort)
  }
})

it('repeats a long address a few times at most', async () => {
  const shop = await openTestShop()
  for (const path of ['/', '/books', '/books/walden']) {
    const usual = (await shop.browser().get(path)).html.length
    for (const [name, piece] of ['', 'q', 'genre', 'sort', 'page', 'x'].flatMap((name) =>
      ['&', '%26', '<', 'a&'].map((piece) => [name, piece] as const),
    )) {
      const query = `${name}=${piece.repeat(15_000 / piece.length)}`
      const { html } = await shop.browser().get(`${path}?${query}`)
      assert.ok(html.length < usual + 200_000, `${html.length} of ${path} for ${query.slice(0, 9)}`)
    }
  }
})

it('searches title, author and description without regard to case and accents', async () => {
  const shop = await openTestShop()
  await insertTestBook(shop.db, { title: 'Über allem', author: 'Zoë Ågren', description: 'Œuvre' })
  for (const q of ['uber', 'ZOE agren', 'oeuvre über', ' allem  über ']) {
    const page = await shop.browser().get(`/books?${new URLSearchParams({ q })}`)
    assert.deepEqual(booksOn(page), ['uber-allem'], q)
    assert.equal(page.field('q')!.value!.trim(), q.trim(), 'kept in the form')
  }
})

it('keeps search, genre and order in the links between pages, and leaves out what is usual', async () => {
  const shop = await openTestShop()
  const first = await shop.browser().get('/books?q=the&sort=price&page=1&genre=')
  assert.match(first.html, /href="\/books\?q=the&amp;sort=price&amp;page=2"/)
  const second = await shop.browser().get('/books?q=the&sort=price&page=2')
  assert.match(second.html, /href="\/books\?q=the&amp;sort=price"/)
  const genre = (await listGenres(shop.db))[0]!
  const shelf = await shop.browser().get(`/books?${new URLSearchParams({ genre })}`)
  assert.equal(shelf.heading, genre)
})

it('finds by genre, forgives a typing error, and puts the title before all else', async () => {
  const shop = await openTestShop()
  const search = (q: string) => shop.browser().get(`/books?${new URLSearchParams({ q })}`)
  for (const genre of await listGenres(shop.db)) {
    const page = await search(genre)
    const { total } = await listBooks(shop.db, { genre, pageSize: 1 })
    assert.ok(Number(/(\d+) books/.exec(page.text)![1]) >= total, genre)
  }
  const mistyped = await search('predjudice')
  assert.equal(mistyped.heading, '“predjudice”')
  assert.match(mistyped.text, /No book matches “predjudice”\. These match prejudice \. 1 book/)
  assert.deepEqual(booksOn(mistyped), ['pride-and-prejudice'])
  assert.deepEqual(booksOn(await search('poems'))[0], 'poems')
})

it('leads on where there is nothing', async () => {
  const shop = await openTestShop()
  const texts: Record<string, RegExp> = {
    '?q=zzzzzz': /We do not have that one/,
    '?q=whale+zzzzzz': /Some of the words are in our books: whale \(1 book\)/,
    '?genre=Poetry&q=whale': /No book in Poetry matches “whale”/,
    [`?q=${'a'.repeat(5000)}`]: /We do not have that one/,
    '?q=%00%25_%27%22%5c': /We do not have that one/,
    '?q=%F0%9F%AA%91%E0%A4': /We do not have that one/,
  }
  for (const [query, text] of Object.entries(texts)) {
    const page = await shop.browser().get(`/books${query}`)
    assert.equal(page.status, 200, query)
    assert.match(page.text, text, query)
    assert.deepEqual(booksOn(page), [], query)
  }
  assert.match((await shop.browser().get('/books?q=zzzz')).html, /empty-links.*genre=Poetry/s)
})

it('answers 404 for a genre that there is not, and knows one that is written otherwise', async () => {
  const shop = await openTestShop()
  for (const query of ['?genre=Nope', '?genre=Nope&q=the', '?genre=Nope&page=3', '?genre=%00']) {
    const page = await shop.browser().get(`/books${query}`)
    assert.equal(page.status, 404, query)
    assert.match(page.text, /There is no such shelf/)
    assert.match(page.html, /empty-links.*genre=Poetry/s)
  }
  for (const genre of ['fantasy and folklore', 'FANTASY%26folklore']) {
    const { location } = await shop.browser().get(`/books?genre=${genre}&q=wind&sort=price`)
    assert.equal(location, '/books?q=wind&genre=Fantasy+%26+Folklore&sort=price')
  }
})

it('leads from a page after the last one to the last one', async () => {
  const shop = await openTestShop()
  const beyond = await shop.browser().get('/books?page=99&sort=price')
  assert.deepEqual([beyond.status, beyond.location], [302, '/books?sort=price&page=4'])
  assert.equal((await shop.browser().get(beyond.location!)).status, 200)
  const { location } = await shop.browser().get('/books?genre=Poetry&page=2')
  assert.equal(location, '/books?genre=Poetry')
  assert.equal((await shop.browser().get('/books?q=zzzz&page=2')).status, 200)
})

it('takes what makes no sense in an address for not asked', async () => {
  const shop = await openTestShop()
  const first = booksOn(await shop.browser().get('/books'))
  assert.equal(first.length, 24)
  for (const query of ['page=-1', 'page=0', 'page=1e0', 'page=1.5', 'page=', 'sort=__proto__']) {
    const page = await shop.browser().get(`/books?${query}&genre=&q=`)
    assert.deepEqual(booksOn(page), first, query)
  }
})

it('gives each book a form of its own to add it, on lists and on its page, if there are copies', async () => {
  const shop = await openTestShop()
  const some = await insertTestBook(shop.db, { title: 'Zz some', stock: 1 })
  const none = await insertTestBook(shop.db, { title: 'Zz none', stock: 0 })
  const list = await shop.browser().get('/books?q=zz')
  assert.deepEqual(list.html.match(/name="bookId" value="(\d+)"/g), [
    `name="bookId" value="${some.id}"`,
  ])
  const page = await shop.browser().get(`/books/${some.slug}`)
  assert.equal(page.field('bookId')!.value, String(some.id))
  assert.equal(page.field('quantity')!.value, '1')
  assert.match((await shop.browser().get(`/books/${none.slug}`)).text, /Sold out/)
  assert.match(list.text, /Sold out/)
})

it('answers 404 for books that are unknown or retired, and draws covers for all there ever were', async () => {
  const shop = await openTestShop()
  const { id, slug } = await insertTestBook(shop.db, { title: 'Gone' })
  await retireBook(shop.db, id, new Date())
  for (const path of [
    `/books/${slug}`,
    '/books/unknown',
    '/books/..%2f..%2fetc',
    '/books/%E0%A4%A',
  ]) {
    const page = await shop.browser().get(path)
    assert.equal(page.status, 404, path)
    assert.equal(page.heading, 'Not on our shelves')
  }
  const cover = await shop.browser().get(`/covers/${slug}.svg`)
  assert.equal(cover.headers.get('Content-Type'), 'image/svg+xml')
  assert.equal(cover.headers.get('Cache-Control'), 'public, no-cache')
  assert.equal(cover.headers.get('Vary')?.includes('Cookie') ?? false, false)
  assert.equal((await shop.browser().get('/covers/unknown.svg')).status, 404)
})

it('links to a cover by the version of its drawing, and has that kept for good', async () => {
  const shop = await openTestShop()
  const book = await insertTestBook(shop.db, { title: 'Before' })
  const find = async () => {
    const { html } = await shop.browser().get(`/books/${book.slug}`)
    return new RegExp(`/covers/${book.slug}\\.svg\\?v=[\\w-]+`).exec(html)![0]
  }
  const before = await find()
  const cover = await shop.browser().get(before)
  assert.equal(cover.headers.get('Cache-Control'), 'public, max-age=31536000, immutable')

  await updateBook(shop.db, book.id, { title: 'After', description: 'Another one.' })
  assert.notEqual(await find(), before)
  const old = await shop.browser().get(before)
  assert.match(old.html, /After/)
  assert.equal(old.headers.get('Cache-Control'), 'public, no-cache')
})

it('shows a book as it is now, wherever it was shown before', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  const book = await insertTestBook(shop.db, { title: 'Dunes', priceCents: 1111, stock: 9 })
  const path = '/books?sort=newest'
  assert.match((await browser.get(path)).text, /Dunes .*€11\.11/)
  await updateBook(shop.db, book.id, { title: 'More dunes', priceCents: 2222, stock: 2 })
  assert.match((await browser.get(path)).text, /More dunes .*€22\.22 .*Only 2 left/)
  assert.match((await browser.get('/books?q=dunes')).text, /More dunes .*€22\.22 .*Only 2 left/)
})

it('shows featured books on the home page, a shelf for each genre', async () => {
  const shop = await openTestShop()
  const page = await shop.browser().get('/')
  const shelves = page.html.split('genre-shelf').slice(1)
  assert.deepEqual(
    shelves.map((html) => /<h2>(.*)<\/h2>/.exec(html)![1]!.replaceAll('&amp;', '&')),
    await listGenres(shop.db),
  )
  const shown = shelves.map((html) => booksOn({ html }))
  assert.equal(new Set(shown.flat()).size, booksOn(page).length)
  // The shop is filled with one of each genre.
  assert.deepEqual(
    shown.map(([first]) => first).toSorted(),
    (await listFeaturedBooks(shop.db, 32)).map(({ slug }) => slug).toSorted(),
  )
})

it('sells books in any script, at addresses of their own', async () => {
  const shop = await openTestShop()
  const books = await Array.fromAsync(
    ['战争与和平', '战争与和平', 'ألف ليلة وليلة', 'Чайка', '?!', 'かき', 'がき'],
    (title) => insertTestBook(shop.db, { title, author: 'ابن سينا', description: title }),
  )
  assert.equal(new Set(books.map(({ slug }) => slug)).size, books.length)
  const browser = shop.browser()
  for (const { slug, title } of books) {
    const path = `/books/${encodeURIComponent(slug)}`
    const list = await browser.get(`/books?${new URLSearchParams({ q: title, sort: 'newest' })}`)
    if (title !== '?!') assert.ok(booksOn(list).includes(encodeURIComponent(slug)), title)
    const page = await browser.get(path)
    assert.equal(page.heading, title)
    assert.match(page.html, /<h1 dir="auto">/)
    const cover = /src="(\/covers\/[^"]+)"/.exec(page.html)![1]!
    assert.equal((await browser.get(cover)).status, 200, cover)
    await browser.submit('/cart/items', { bookId: page.field('bookId')!.value! })
  }
  const cart = await browser.get('/cart')
  for (const { slug, title } of books) {
    assert.ok(cart.html.includes(`"/books/${encodeURIComponent(slug)}"`), title)
    assert.ok(cart.text.includes(title), title)
  }
})

it('shows good pages in a shop without books', async () => {
  const shop = await openTestShop()
  const { books } = await listBooks(shop.db, { pageSize: 1000 })
  for (const { id } of books) await retireBook(shop.db, id, new Date())
  for (const path of ['/', '/books', '/books?q=war', '/books?page=3', '/books?sort=price']) {
    const page = await shop.browser().get(path)
    assert.equal(page.status, 200, path)
    assert.match(page.text, /The shelves are empty/, path)
    assert.doesNotMatch(page.html, /<ul[^>]*>\s*<\/ul>/, path)
    assert.doesNotMatch(page.text, /Browse all books/, path)
  }
  assert.equal((await shop.browser().get('/books?genre=Poetry')).status, 404)
  assert.equal((await shop.browser().get('/cart')).status, 200)
  assert.equal((await shop.browser().get('/sitemap.xml')).status, 200)
})

it('shows on every page what another server has written, at once', async () => {
  const shop = await openTestShop({ production: true })
  const other = await testDatabase(shop.config.databaseUrl)
  const { id, slug } = await insertTestBook(shop.db, { genre: 'Aa', featured: true, stock: 5 })
  const pages = ['/', '/books', '/books?genre=Aa', '/books?sort=newest', `/books/${slug}`]
  for (const changes of [
    { priceCents: 12345, stock: 2 },
    { priceCents: 54321, stock: 0 },
    { priceCents: 98765, stock: 3 },
  ]) {
    for (const path of pages) await shop.browser().get(path)
    await updateBook(other, id, changes)
    const stock = changes.stock === 0 ? 'Sold out' : `Only ${changes.stock} left`
    for (const path of pages) {
      const { text } = await shop.browser().get(path)
      assert.match(text, new RegExp(`€${changes.priceCents / 100}.*${stock}`), path)
    }
  }
  await insertTestBook(other, { title: 'Beside it', genre: 'Aa' })
  assert.match((await shop.browser().get(`/books/${slug}`)).text, /Beside it/)
  await updateBook(other, id, { genre: 'A new shelf' })
  for (const path of [...pages, '/cart']) {
    const { html } = await shop.browser().get(path)
    assert.match(html, /<a href="\/books\?genre=A\+new\+shelf"/, path)
  }
  await retireBook(other, id, new Date())
  assert.equal((await shop.browser().get(`/books/${slug}`)).status, 404)
})
