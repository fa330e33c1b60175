import assert from 'node:assert/strict'
import { it } from 'node:test'
import { listBooks, listGenres } from '../../db/book-lists.ts'
import { retireBook } from '../../db/books.ts'
import { insertTestBook } from '../../db/testing.ts'
import { openTestShop } from '../testing/shop.ts'

const production = { production: true, publicOrigin: 'https://shop.example' }

it('lists every book for sale and every genre in the sitemap, and nothing else', async () => {
  const shop = await openTestShop(production)
  const { slug } = await insertTestBook(shop.db, { title: 'For & against', genre: 'Law & order' })
  const retired = await insertTestBook(shop.db, { title: 'Gone' })
  await retireBook(shop.db, retired.id, new Date())

  const { headers, html } = await shop.browser().get('/sitemap.xml')
  assert.equal(headers.get('Content-Type'), 'application/xml')
  const addresses = [...html.matchAll(/<loc>(.*?)<\/loc>/g)].map(([, address]) => address!)
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
