import assert from 'node:assert/strict'
import { it } from 'node:test'
import { findBookBySlug, findBooksByIds } from '../../db/books.ts'
import { insertTestBook } from '../../db/testing.ts'
import { admin, onEachStorage, openTestShop, reader } from '../testing.ts'

const dunes = {
  title: 'Dunes',
  author: 'Ana Areia',
  genre: 'Poetry',
  description: 'Sand, mostly.',
  price: '12.50',
  stock: '7',
  year: '1998',
  pages: '120',
}

onEachStorage('the admin’s pages', (open) => {
  it('are for the admin only', async () => {
    const shop = await open()
    const book = insertTestBook(shop.db)
    const browser = shop.browser()
    const gets = ['/admin/books', '/admin/books/new', `/admin/books/${book.id}`]
    const posts = ['/admin/books/new', `/admin/books/${book.id}`, `/admin/books/${book.id}/retire`]

    const home = await browser.login(reader)
    assert.doesNotMatch(home.html, /href="\/admin/)
    const before = shop.databaseWrites()
    for (const path of gets) {
      const page = await browser.get(path)
      assert.equal(page.status, 403, path)
      assert.equal(page.heading, 'Staff only')
      assert.equal(page.signedIn, true)
    }
    for (const path of posts) assert.equal((await browser.post(path, dunes)).status, 403, path)
    assert.equal(shop.databaseWrites(), before)

    const staff = shop.browser()
    assert.match((await staff.login(admin)).html, /href="\/admin\/books"/)
    for (const path of gets) assert.equal((await staff.get(path)).status, 200, path)
  })

  it('change a price, which customers see in their carts and at checkout', async () => {
    const shop = await open()
    const { id } = insertTestBook(shop.db, { title: 'Dunes', priceCents: 1000 })
    const [customer, staff] = [shop.browser(), shop.browser()]
    await customer.login(reader)
    await staff.login(admin)
    await customer.submit('/cart/items', { bookId: id })
    const checkout = await customer.get('/checkout')

    const form = await staff.get(`/admin/books/${id}`)
    assert.equal(form.field('price')!.value, '10.00')
    const saved = await staff.submit(`/admin/books/${id}`, { ...dunes, price: '12,50' })
    assert.deepEqual(saved.notices, ['Dunes was saved.'])
    assert.match(saved.text, /Dunes Ana Areia Poetry €12\.50 7/)

    const note = /The price has changed: it was €10\.00, it is €12\.50 now\./
    assert.match((await customer.get('/cart')).text, note)
    const answer = await customer.post('/checkout', {
      name: 'Robin',
      address: '12 Window Seat',
      city: 'Lisbon',
      postcode: '1100-148',
      country: 'Portugal',
      total: checkout.field('total')!.value!,
      checkoutKey: checkout.field('checkoutKey')!.value!,
    })
    assert.equal(answer.status, 422)
    assert.match(answer.alerts.join(), /It was €10\.00 , it is €12\.50 now/)
  })

  it('add a book and retire it', async () => {
    const shop = await open()
    const [customer, staff] = [shop.browser(), shop.browser()]
    await staff.login(admin)
    const added = await staff.submit('/admin/books/new', { ...dunes, featured: 'on' })
    assert.deepEqual(added.notices, ['Dunes was added.'])
    const { id, slug, featured } = findBookBySlug(shop.db, 'dunes')!
    assert.equal(featured, true)
    assert.equal((await customer.get(`/books/${slug}`)).heading, 'Dunes')
    assert.match((await customer.get('/books?q=dunes')).text, /“dunes” 1 book /)

    const retired = await staff.submit(`/admin/books/${id}/retire`)
    assert.deepEqual(retired.notices, ['Dunes was retired.'])
    assert.equal((await customer.get(`/books/${slug}`)).status, 404)
    assert.match((await customer.get('/books?q=dunes')).text, /We do not have that one/)
    const sold = await customer.submit('/cart/items', { bookId: id })
    assert.deepEqual(sold.alerts, ['Dunes is sold out.'])
  })
})

it('show a wrong form again with its input and the messages at the fields', async () => {
  const shop = await openTestShop()
  const { id } = insertTestBook(shop.db, { title: 'As it was' })
  const staff = shop.browser()
  await staff.login(admin)
  const wrong: Record<string, string[]> = {
    title: ['', ' ', 'x'.repeat(201)],
    description: ['', 'x'.repeat(2001)],
    price: ['', '1e3', '-1', '12.5', '12.500', '0x10', '１２', 'free', '123456'],
    stock: ['', '-1', '1.5', '1e3', '+1', '100000'],
    year: ['', '0', 'MCM', '12345'],
    pages: ['', '0', '-5', '1e2'],
  }
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      for (const path of ['/admin/books/new', `/admin/books/${id}`]) {
        const page = await staff.post(path, { ...dunes, [name]: value })
        assert.equal(page.status, 422, `${name} "${value}"`)
        assert.equal(page.field(name)!.errors.length, 1, `${name} "${value}"`)
        assert.equal(page.field('author')!.value, dunes.author)
      }
    }
  }
  assert.equal(findBookBySlug(shop.db, 'dunes'), undefined)
  assert.equal(findBooksByIds(shop.db, [id])[0]!.title, 'As it was')
})

it('answer 404 for books that are not there', async () => {
  const shop = await openTestShop()
  const staff = shop.browser()
  await staff.login(admin)
  for (const id of ['999999', '0', '-1', 'x', '1e0', '9'.repeat(30)]) {
    assert.equal((await staff.get(`/admin/books/${id}`)).status, 404, id)
    assert.equal((await staff.post(`/admin/books/${id}`, dunes)).status, 404, id)
    assert.equal((await staff.post(`/admin/books/${id}/retire`)).status, 404, id)
  }
})
