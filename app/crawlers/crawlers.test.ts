import assert from 'node:assert/strict'
import { it } from 'node:test'
import { listBooks, listGenres } from '../../db/book-lists.ts'
import { retireBook } from '../../db/books.ts'
import { insertTestBook, rowsOf } from '../../db/testing.ts'
import { openTestShop } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'

const production = { production: true, publicOrigin: 'https://shop.example' }

it('lists every book for sale and every genre in the sitemap, and nothing else', async () => {
  const shop = await openTestShop(production)
  const { slug } = await insertTestBook(shop.db, { title: 'For & against', genre: 'Law & order' })
  const retired = await insertTestBook(shop.db, { title: 'Gone' })
  await retireBook(shop.db, retired.id, new Date())

  const [index, parts] = await readSitemap(shop)
  assert.equal(index.headers.get('Content-Type'), 'application/xml')
  assert.deepEqual(index.addresses, ['https://shop.example/sitemap.xml?part=1'])
  const { html, addresses } = parts[0]!
  assert.ok(addresses.every((address) => address.startsWith('https://shop.example/')))
  assert.ok(addresses.includes(`https://shop.example/books/${slug}`))
  assert.ok(addresses.includes('https://shop.example/books?genre=Law+%26+order'))
  assert.ok(!html.includes(retired.slug))
  const { total } = await listBooks(shop.db, { pageSize: 1 })
  assert.equal(addresses.length, 2 + (await listGenres(shop.db)).length + total)
  assert.equal(new Set(addresses).size, addresses.length)
  for (const address of addresses.slice(0, 12)) {
    const page = await shop.browser().get(address)
    assert.equal(page.status, 200, address)
    assert.ok(page.html.includes(`rel="canonical" href="${address}"`), address)
  }
})

it('writes a thousand books at most into a part of the sitemap, and each of them once', async () => {
  const shop = await openTestShop(production)
  const before = (await listBooks(shop.db, { pageSize: 1 })).total
  await rowsOf(shop.db, `update sqlite_sequence set seq = 999 where name = 'books'`)
  for (const title of ['Last', 'First']) await insertTestBook(shop.db, { title })
  await rowsOf(shop.db, `update sqlite_sequence set seq = 2999 where name = 'books'`)
  const { slug } = await insertTestBook(shop.db)

  const [{ addresses }, parts] = await readSitemap(shop)
  assert.deepEqual(
    addresses,
    [1, 2, 3].map((part) => `https://shop.example/sitemap.xml?part=${part}`),
  )
  const books = parts.map((part) => part.addresses.filter((address) => /books\/./.test(address)))
  assert.deepEqual(
    books.map(({ length }) => length),
    [before + 1, 1, 1],
  )
  assert.equal(new Set(books.flat()).size, before + 3)
  assert.deepEqual(parts[2]!.addresses, [`https://shop.example/books/${slug}`], 'no list twice')
  for (const part of ['0', '4', 'x', '']) {
    assert.equal((await shop.browser().get(`/sitemap.xml?part=${part}`)).status, 404, part)
  }
})

/** The index, and all that it leads to. */
async function readSitemap(shop: TestShop) {
  const index = await read('/sitemap.xml')
  return [index, await Promise.all(index.addresses.map(read))] as const

  async function read(path: string) {
    const { headers, html } = await shop.browser().get(path)
    const addresses = [...html.matchAll(/<loc>(.*?)<\/loc>/g)].map(([, address]) => address!)
    return { headers, html, addresses }
  }
}

it('leads robots to the sitemap and away from what is somebody’s own', async () => {
  const { headers, html } = await (await openTestShop(production)).browser().get('/robots.txt')
  assert.match(headers.get('Content-Type')!, /^text\/plain/)
  assert.match(html, /^Sitemap: https:\/\/shop\.example\/sitemap\.xml$/m)
  assert.match(html, /^Disallow: \/checkout$/m)
})

it('lets only pages be listed that are the same for everybody', async () => {
  const shop = await openTestShop(production)
  const { slug } = await insertTestBook(shop.db)
  for (const path of ['/', '/books', `/books/${slug}`, '/login', '/register', '/reset-password']) {
    const { html } = await shop.browser().get(path)
    assert.doesNotMatch(html, /noindex/, path)
    assert.match(html, /<meta name="description" content=".{12,}" \/>/, path)
  }
  for (const path of [
    '/cart',
    '/books?q=salt',
    '/books?genre=Nope',
    '/nothing',
    '/reset-password/x',
  ]) {
    const { html } = await shop.browser().get(path)
    assert.match(html, /<meta name="robots" content="noindex" \/>/, path)
    assert.doesNotMatch(html, /canonical|og:/, path)
  }
})

it('describes a book in words that machines read, and whatever they are, they stay data', async () => {
  const shop = await openTestShop(production)
  const title = '</script><script>alert("1")</script> & \\"'
  const { slug } = await insertTestBook(shop.db, {
    title,
    author: 'Nobody',
    priceCents: 905,
    stock: 0,
  })
  const { html } = await shop.browser().get(`/books/${slug}`)
  const scripts = [...html.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/gs)]
  assert.equal(scripts.length, 1)
  const data = JSON.parse(scripts[0]![1]!)
  assert.equal(data.name, title)
  assert.deepEqual(data.author, { '@type': 'Person', name: 'Nobody' })
  assert.equal(data.offers.price, '9.05')
  assert.equal(data.offers.availability, 'https://schema.org/OutOfStock')
  assert.equal(data.offers.url, `https://shop.example/books/${slug}`)
})
