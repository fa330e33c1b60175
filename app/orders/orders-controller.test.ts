import assert from 'node:assert/strict'
import { it } from 'node:test'
import { listBooks } from '../../db/book-lists.ts'
import { restoreBook, retireBook, updateBook } from '../../db/books.ts'
import { placeOrder } from '../../db/orders.ts'
import { insertTestBook } from '../../db/testing.ts'
import { findUserByEmail } from '../../db/users.ts'
import { admin, onBothKinds, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'

async function order(
  { db }: TestShop,
  { email }: { email: string },
  title: string,
): Promise<number> {
  const { id, priceCents } = await insertTestBook(db, { title })
  const result = await placeOrder(db, {
    userId: (await findUserByEmail(db, email))!.id,
    checkoutKey: title,
    cart: { id: title, quantities: new Map([[id, 2]]) },
    expectedLines: [{ bookId: id, priceCents, quantity: 2 }],
    expectedTotalCents: priceCents * 2,
    name: 'Robin Reader',
    address: '12 Window Seat',
    city: 'Lisbon',
    postcode: '1100-148',
    country: 'Portugal',
    now: new Date(),
  })
  if (result.outcome !== 'placed') throw new Error(result.outcome)
  return result.order.id
}

onBothKinds('orders', (open) => {
  it('are listed for their customer alone, the latest first', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(reader)
    assert.match((await browser.get('/orders')).text, /No orders yet/)

    const [first, other, last] = [
      await order(shop, reader, 'First'),
      await order(shop, admin, 'Other'),
      await order(shop, reader, 'Last'),
    ]
    const { text, html } = await browser.get('/orders')
    assert.match(text, new RegExp(`Order ${last} .* 2 books €20\\.00 Order ${first} `))
    assert.ok(!html.includes(`/orders/${other}"`))
  })

  it('are paged, and a page after the last one leads to the last one', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(reader)
    const ids = await Array.fromAsync({ length: 62 }, (_, index) =>
      order(shop, reader, `Book ${index}`),
    )
    const seen: number[] = []
    for (const page of [1, 2, 3, 4]) {
      const { html } = await browser.get(page === 1 ? '/orders' : `/orders?page=${page}`)
      assert.match(html, new RegExp(`aria-label="Page ${page}"\\s+aria-current="page"`))
      seen.push(...[...html.matchAll(/"\/orders\/(\d+)"/g)].map(([, id]) => Number(id)))
    }
    assert.deepEqual(seen, ids.toReversed())
    assert.equal((await browser.get('/orders?page=99')).location, '/orders?page=4')
    assert.equal((await browser.get('/orders?page=x')).status, 200)
  })

  it('of somebody else are answered exactly like those that do not exist', async () => {
    const shop = await open({ production: true, publicOrigin: 'https://shop.example' })
    const browser = shop.browser()
    await browser.login(reader)
    await browser.get('/')
    const other = await order(shop, admin, 'Other')
    const theirs = await browser.get(`/orders/${other}`)
    assert.equal(theirs.status, 404)
    for (const id of ['999999', '0', '-1', '1e0', '%20', 'x', '9'.repeat(15), '9'.repeat(40)]) {
      const page = await browser.get(`/orders/${id}`)
      assert.equal(page.status, 404, id)
      assert.equal(page.html, theirs.html, id)
    }
  })

  it('stay as they were when their books are changed or retired', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(reader)
    const id = await order(shop, reader, 'As it was')
    const [book] = (await listBooks(shop.db, { q: 'as it was', pageSize: 1 })).books
    await updateBook(shop.db, book!.id, { title: 'Changed', priceCents: 5 })
    await retireBook(shop.db, book!.id, new Date())
    const { text } = await browser.get(`/orders/${id}`)
    assert.match(text, /As it was 2 copies at €10\.00 €20\.00 Delivery Free Total €20\.00/)
  })

  it('link to the pages of their books, but to none of a book that was retired and has none', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(reader)
    const id = await order(shop, reader, 'Not for ever')
    const [book] = (await listBooks(shop.db, { q: 'not for ever', pageSize: 1 })).books
    const link = `href="/books/${book!.slug}"`
    const receipt = async () => (await browser.get(`/orders/${id}`)).html
    assert.ok((await receipt()).includes(link))
    await retireBook(shop.db, book!.id, new Date())
    assert.ok(!(await receipt()).includes(link))
    assert.match(await receipt(), /<bdi>Not for ever<\/bdi>/)
    await restoreBook(shop.db, book!.id)
    assert.ok((await receipt()).includes(link))
  })
})
