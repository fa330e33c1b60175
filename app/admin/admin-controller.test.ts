import assert from 'node:assert/strict'
import { it } from 'node:test'
import { listBooks } from '../../db/book-lists.ts'
import { findBookBySlug, findBooksByIds, retireBook, updateBook } from '../../db/books.ts'
import { insertTestBook } from '../../db/testing.ts'
import { admin, onBothKinds, openTestShop, reader } from '../testing/shop.ts'
import type { TestPage } from '../testing/page.ts'

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

/** The form of a book as a browser sends it, with changes to what it shows. */
function filled(form: TestPage, changes: Record<string, string> = {}): Record<string, string> {
  const names = ['title', 'author', 'genre', 'description', 'price', 'stock', 'year', 'pages']
  const seen = [...names, 'featured'].map((name) => {
    return [`seen-${name}`, form.field(`seen-${name}`)!.value!] as const
  })
  const values = names.map((name) => {
    return [name, form.field(name)!.value ?? form.field(`seen-${name}`)!.value!] as const
  })
  return { ...Object.fromEntries([...seen, ...values]), ...changes }
}

onBothKinds('the admin’s pages', (open) => {
  it('are for the admin only', async () => {
    const shop = await open()
    const book = await insertTestBook(shop.db)
    const browser = shop.browser()
    const path = `/admin/books/${book.id}`
    const gets = ['/admin/books', '/admin/books/new', path, `${path}/retire`]
    const posts = ['/admin/books/new', path, `${path}/retire`, `${path}/restore`]

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
    const { id } = await insertTestBook(shop.db, { title: 'Dunes', priceCents: 1000 })
    const [customer, staff] = [shop.browser(), shop.browser()]
    await customer.login(reader)
    await staff.login(admin)
    await customer.submit('/cart/items', { bookId: id })
    const checkout = await customer.get('/checkout')

    const form = await staff.get(`/admin/books/${id}`)
    assert.equal(form.field('price')!.value, '10.00')
    const saved = await staff.submit(`/admin/books/${id}`, filled(form, { price: '12,50' }))
    assert.deepEqual(saved.notices, ['Dunes was saved.'])
    assert.match(saved.text, /Dunes An Author In the shop : Dunes Fiction €12\.50 10/)

    const note = /The price has changed: it was €10\.00 and is €12\.50 now\./
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
    assert.match(answer.alerts.join(), /It was €10\.00 and is €12\.50 now/)
  })

  it('add a book and retire it', async () => {
    const shop = await open()
    const [customer, staff] = [shop.browser(), shop.browser()]
    await staff.login(admin)
    const added = await staff.submit('/admin/books/new', { ...dunes, featured: 'on' })
    assert.deepEqual(added.notices, ['Dunes was added.'])
    const { id, slug, featured } = (await findBookBySlug(shop.db, 'dunes'))!
    assert.equal(featured, true)
    assert.equal((await customer.get(`/books/${slug}`)).heading, 'Dunes')
    assert.match((await customer.get('/books?q=dunes')).text, /“dunes” 1 book /)

    const asked = await staff.get(`/admin/books/${id}/retire`)
    assert.equal(asked.heading, 'Retire Dunes ?')
    assert.equal((await customer.get(`/books/${slug}`)).status, 200)
    const retired = await staff.submit(`/admin/books/${id}/retire`)
    assert.deepEqual(retired.notices, ['Dunes was retired.'])
    assert.match(retired.html, new RegExp(`action="/admin/books/${id}/restore"`))
    assert.equal((await customer.get(`/books/${slug}`)).status, 404)
    assert.match((await customer.get('/books?q=dunes')).text, /We do not have that one/)
    const sold = await customer.submit('/cart/items', { bookId: id })
    assert.deepEqual(sold.alerts, ['Dunes is sold out.'])

    const restored = await staff.submit(`/admin/books/${id}/restore`)
    assert.deepEqual(restored.notices, ['Dunes is for sale again.'])
    assert.equal((await customer.get(`/books/${slug}`)).heading, 'Dunes')
    assert.match((await customer.get('/books?q=dunes')).text, /“dunes” 1 book /)
  })
})

it('keep no characters of a text that nobody sees, and save a book that has some from before', async () => {
  const shop = await openTestShop()
  const staff = shop.browser()
  await staff.login(admin)
  const title = 'Du\u0001nes\u202e of\r\nsand\u2066'
  const description = ' Sand,\u0000\tmostly.\r\n\r\nAnd \u202ewind.'
  await staff.submit('/admin/books/new', { ...dunes, title, description })
  const { id } = (await findBookBySlug(shop.db, 'dunes-of-sand'))!
  const textsOf = async () => {
    const [book] = await findBooksByIds(shop.db, [id])
    return [book!.title, book!.description]
  }
  assert.deepEqual(await textsOf(), ['Dunes of sand', 'Sand, mostly.\n\nAnd wind.'])

  for (const before of ['Du\u0001nes\u202e of  sand', '\u200d']) {
    await updateBook(shop.db, id, { title: before })
    const form = await staff.get(`/admin/books/${id}`)
    const saved = await staff.submit(`/admin/books/${id}`, filled(form, { title: 'Sand' }))
    assert.deepEqual(saved.notices, ['Sand was saved.'])
    assert.equal((await textsOf())[0], 'Sand')
  }
})

it('show a wrong form again with its input and the messages at the fields', async () => {
  const shop = await openTestShop()
  const { id } = await insertTestBook(shop.db, { title: 'As it was' })
  const staff = shop.browser()
  await staff.login(admin)
  const wrong: Record<string, string[]> = {
    title: ['', ' ', '\u0001\u200b', '\u200d', 'x'.repeat(201)],
    description: ['', '\u0000\n\u2800', 'x'.repeat(2001)],
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
        const [told, ...others] = page.field(name)!.errors
        assert.match(told!, new RegExp(name === 'stock' ? 'copies' : name), `${name} "${value}"`)
        assert.deepEqual(others, [])
        assert.equal(page.field('author')!.value, dunes.author)
      }
    }
  }
  assert.equal(await findBookBySlug(shop.db, 'dunes'), undefined)
  assert.equal((await findBooksByIds(shop.db, [id]))[0]!.title, 'As it was')
})

it('answer 404 for books that are not there', async () => {
  const shop = await openTestShop()
  const staff = shop.browser()
  await staff.login(admin)
  for (const id of ['999999', '0', '-1', 'x', '1e0', '9'.repeat(30)]) {
    assert.equal((await staff.get(`/admin/books/${id}`)).status, 404, id)
    assert.equal((await staff.post(`/admin/books/${id}`, dunes)).status, 404, id)
    assert.equal((await staff.get(`/admin/books/${id}/retire`)).status, 404, id)
    assert.equal((await staff.post(`/admin/books/${id}/retire`)).status, 404, id)
    assert.equal((await staff.post(`/admin/books/${id}/restore`)).status, 404, id)
  }
})

it('save only what was changed: copies that were sold meanwhile stay sold', async () => {
  const shop = await openTestShop()
  const { id } = await insertTestBook(shop.db, { description: 'One\r\n two ', stock: 12 })
  const staff = shop.browser()
  await staff.login(admin)
  const path = `/admin/books/${id}`
  const form = await staff.get(path)
  await updateBook(shop.db, id, { stock: 9, featured: true })

  const saved = await staff.submit(path, filled(form, { description: 'Three' }))
  assert.equal(saved.notices.length, 1)
  const [book] = await findBooksByIds(shop.db, [id])
  assert.deepEqual([book!.description, book!.stock, book!.featured], ['Three', 9, true])
})

it('show newer values beside a change of the same field, and save it when it is sent again', async () => {
  const shop = await openTestShop()
  const { id } = await insertTestBook(shop.db, { title: 'Dunes', stock: 12, priceCents: 1000 })
  const [one, other] = [shop.browser(), shop.browser()]
  await one.login(admin)
  await other.login(admin)
  const path = `/admin/books/${id}`
  const [first, second] = [await one.get(path), await other.get(path)]
  await one.submit(path, filled(first, { title: 'Dunes of sand', author: 'Ana' }))
  await updateBook(shop.db, id, { stock: 9 })

  const changes = { title: 'High dunes', stock: '20', price: '11.00' }
  const stale = await other.post(path, filled(second, changes))
  assert.equal(stale.status, 422)
  assert.match(stale.alerts.join(), /Please check 2 fields/)
  assert.match(stale.alerts.join(), /changed the title\. .* changed the copies in stock\. /)
  assert.match(stale.text, /It is now: Dunes of sand/)
  assert.match(stale.text, /It is now: 9 /)
  for (const name of ['title', 'stock']) assert.equal(stale.field(name)!.errors.length, 2)
  const kept = ['title', 'stock', 'price', 'author'].map((name) => stale.field(name)!.value)
  assert.deepEqual(kept, ['High dunes', '20', '11.00', 'Ana'])
  assert.equal((await findBooksByIds(shop.db, [id]))[0]!.priceCents, 1000)

  await other.submit(path, filled(stale))
  const [book] = await findBooksByIds(shop.db, [id])
  assert.deepEqual(
    [book!.title, book!.author, book!.stock, book!.priceCents],
    ['High dunes', 'Ana', 20, 1100],
  )
})

it('take a form that is sent twice, or that makes the same change twice, once', async () => {
  const shop = await openTestShop()
  const staff = shop.browser()
  await staff.login(admin)
  const formKey = (await staff.get('/admin/books/new')).field('formKey')!.value!
  const wrong = await staff.post('/admin/books/new', { ...dunes, formKey, title: '' })
  assert.equal(wrong.field('formKey')!.value, formKey)
  for (let clicks = 0; clicks < 2; clicks++) {
    const added = await staff.submit('/admin/books/new', { ...dunes, formKey })
    assert.deepEqual(added.notices, ['Dunes was added.'])
  }
  assert.equal((await listBooks(shop.db, { q: 'dunes', pageSize: 1 })).total, 1)

  const { id } = (await findBookBySlug(shop.db, 'dunes'))!
  const form = filled(await staff.get(`/admin/books/${id}`), { stock: '20' })
  for (let clicks = 0; clicks < 2; clicks++) {
    assert.equal((await staff.post(`/admin/books/${id}`, form)).status, 303)
  }
})

it('save nothing over what is there by a form that does not say what it showed', async () => {
  const shop = await openTestShop()
  const { id } = await insertTestBook(shop.db, { title: 'As it was' })
  const staff = shop.browser()
  await staff.login(admin)
  const form = filled(await staff.get(`/admin/books/${id}`), { title: 'Other' })
  for (const seen of [{}, { ...form, 'seen-stock': 'many' }]) {
    const page = await staff.post(`/admin/books/${id}`, { ...dunes, ...seen })
    assert.equal(page.status, 422)
    assert.match(page.text, /It is now: As it was/)
  }
  await retireBook(shop.db, id, new Date())
  assert.equal((await staff.post(`/admin/books/${id}`, form)).status, 303)
})

function rows({ html }: TestPage): number[] {
  const links = html.matchAll(/<th scope="row">\s*<a href="\/admin\/books\/(\d+)"/g)
  return [...links].map(([, id]) => Number(id))
}

it('list the books page by page, find them, and show the retired ones by themselves', async () => {
  const shop = await openTestShop()
  const { books, total } = await listBooks(shop.db, { pageSize: 1000 })
  const staff = shop.browser()
  await staff.login(admin)

  const pages = [await staff.get('/admin/books'), await staff.get('/admin/books?page=2')]
  assert.deepEqual(
    pages.flatMap(rows),
    books.map(({ id }) => id),
  )
  assert.match(pages[0]!.text, new RegExp(`${total} books`))
  assert.equal(
    (await staff.get('/admin/books?page=99&q=the')).location,
    '/admin/books?q=the&page=2',
  )

  const { id, slug } = (await findBookBySlug(shop.db, 'emma')) ?? books[0]!
  assert.ok(pages.some(({ html }) => html.includes(`href="/books/${slug}"`)))
  await retireBook(shop.db, id, new Date())
  assert.ok(!rows(await staff.get('/admin/books')).includes(id))
  const retired = await staff.get('/admin/books?state=retired')
  assert.deepEqual(rows(retired), [id])
  assert.ok(!retired.html.includes(`href="/books/${slug}"`))
  assert.match((await staff.get('/admin/books?state=retired&q=zzzz')).text, /No such book/)
  const found = await staff.get('/admin/books?q=predjudice')
  assert.deepEqual(rows(found), [(await findBookBySlug(shop.db, 'pride-and-prejudice'))!.id])
})
