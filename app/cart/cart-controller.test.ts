import assert from 'node:assert/strict'
import { it } from 'node:test'
import { retireBook, updateBook } from '../../db/books.ts'
import { insertTestBook, rowsOf } from '../../db/testing.ts'
import { onEachStorage, openTestShop, reader } from '../testing/shop.ts'

const badQuantities = '-1|100|1e1|0x1|+1| 2 |２|١|1.0|1,5|01|NaN|Infinity|two|1\n|1;2||'
  .split('|')
  .concat('9'.repeat(400))
const badBookIds = [
  '0',
  '-1',
  '999999',
  '1e0',
  '0x1',
  ' 1',
  '１',
  '',
  '9'.repeat(15),
  '9'.repeat(99),
]

onEachStorage('the cart', (open, storage) => {
  it('takes one copy or several, adds them up, and tells so once', async () => {
    const shop = await open()
    const book = await insertTestBook(shop.db, { title: 'Dunes', priceCents: 1250 })
    const browser = shop.browser()

    const answer = await browser.post('/cart/items', { bookId: book.id })
    assert.equal(answer.status, 303)
    assert.equal(answer.location, '/cart?cookie-check=')
    assert.match(
      answer.setCookies.join(),
      /^session-44100=.*; Max-Age=604800; HttpOnly; SameSite=Lax$/,
    )
    const cart = await browser.follow(answer)
    assert.deepEqual(cart.notices, ['Dunes is in your cart.'])
    assert.equal(cart.cart, 'Cart, 1 item')

    const more = await browser.submit('/cart/items', { bookId: book.id, quantity: 2 })
    assert.deepEqual(more.notices, ['Dunes (3 copies) is in your cart.'])
    assert.equal(more.cart, 'Cart, 3 items')
    assert.equal(more.field(`quantity-${book.id}`)!.value, '3')
    assert.match(more.text, /Total €37\.50/)
    assert.deepEqual((await browser.get('/cart')).notices, [])
  })

  it('goes back to where a book was added, on our own pages only', async () => {
    const shop = await open()
    const browser = shop.browser()
    const first = await browser.post('/cart/items', { bookId: 1, returnTo: '/books?page=2#book' })
    assert.equal(first.location, '/books?page=2&cookie-check=#book')
    const marked = await browser.follow(first)
    assert.equal(marked.notices.length, 1)
    const returnTo = marked.field('returnTo')!.value!
    const added = await browser.post('/cart/items', { bookId: 1, returnTo })
    assert.match(added.location!, /^\/books\?page=2#/)
    for (const returnTo of ['https://evil.example', '//evil.example', '/\\evil.example', '']) {
      const answer = await browser.post('/cart/items', { bookId: 1, returnTo })
      assert.equal(answer.location, '/cart', returnTo)
    }
  })

  it('tells a browser that keeps no cookies that they are needed, and nobody else', async () => {
    const shop = await open()
    const fields = { bookId: 1, returnTo: '/books' }
    for (const bookId of [1, 999_999]) {
      const { location } = await shop.browser().post('/cart/items', { ...fields, bookId })
      const { alerts, status } = await shop.browser().get(location!)
      assert.equal(status, 200)
      assert.match(alerts.join(), /Your browser did not keep our cookie/)
      const kept = shop.browser()
      const added = await kept.submit('/cart/items', { ...fields, bookId })
      assert.doesNotMatch(
        [added, await kept.get(location!)].flatMap((page) => page.alerts).join(),
        /cookie/,
      )
    }
    assert.deepEqual((await shop.browser().get('/cart')).alerts, [])
  })

  it('is counted alike in the header and on its page, whatever became of the stock', async () => {
    const shop = await open()
    const [fewer, none, retired, same] = await Array.fromAsync([1, 2, 3, 4], () =>
      insertTestBook(shop.db),
    )
    const browser = shop.browser()
    for (const book of [fewer, none, retired, same]) {
      await browser.submit('/cart/items', { bookId: book!.id, quantity: 4 })
    }
    await updateBook(shop.db, fewer!.id, { stock: 3 })
    await updateBook(shop.db, none!.id, { stock: 0 })
    await retireBook(shop.db, retired!.id, new Date())
    const cart = await browser.get('/cart')
    assert.match(cart.text, / 7 books /)
    for (const path of ['/cart', '/', `/books/${fewer!.slug}`]) {
      assert.equal((await browser.get(path)).cart, 'Cart, 7 items', path)
    }
    assert.match((await browser.get(`/books/${fewer!.slug}`)).text, /3 copies in your cart/)
  })

  it('changes a quantity, and removes a line by 0 or by its button', async () => {
    const shop = await open()
    const [one, two] = [
      await insertTestBook(shop.db, { title: 'One' }),
      await insertTestBook(shop.db),
    ]
    const browser = shop.browser()
    await browser.submit('/cart/items', { bookId: one.id })
    await browser.submit('/cart/items', { bookId: two.id })

    const changed = await browser.submit('/cart', { [`quantity-${one.id}`]: 7 })
    assert.equal(changed.cart, 'Cart, 8 items')
    const zero = await browser.submit('/cart', { [`quantity-${one.id}`]: 0 })
    assert.deepEqual(zero.notices, ['One was removed from your cart.'])
    assert.equal(zero.cart, 'Cart, 1 item')
    const empty = await browser.submit(`/cart/items/${two.id}/remove`)
    assert.equal(empty.cart, 'Cart, 0 items')
    assert.match(empty.text, /Nothing in it yet/)
  })

  it('changes nothing for a quantity that is not one', async () => {
    const shop = await open()
    const [{ id }, other] = [
      await insertTestBook(shop.db, { title: 'Tides' }),
      await insertTestBook(shop.db),
    ]
    const browser = shop.browser()
    await browser.submit('/cart/items', { bookId: other.id })
    await browser.submit('/cart/items', { bookId: id, quantity: 4 })
    const told = 'Enter a whole number from 1 to 99 for Tides'
    const name = `quantity-${id}`
    for (const quantity of badQuantities) {
      const added = await browser.submit('/cart/items', { bookId: id, quantity })
      assert.deepEqual(added.alerts, [`${told}.`], quantity)
      const page = await browser.post('/cart', { [name]: quantity, [`quantity-${other.id}`]: 2 })
      assert.equal(page.status, 422)
      assert.deepEqual(page.alerts, [`${told} , or 0 to remove it.`], quantity)
      assert.match(page.html, new RegExp(`<a href="#${name}">Enter .* for <bdi>Tides</bdi></a>`))
      assert.equal(page.field(name)!.value, quantity)
      assert.match(page.field(name)!.errors.join(), /^Enter a whole number from 1 to 99, or 0 to/)
      assert.deepEqual(page.field(`quantity-${other.id}`), { value: '2', errors: [] })
      for (const { cart } of [added, page]) assert.equal(cart, 'Cart, 5 items', quantity)
    }
    // Perhaps another tab has removed it.
    const gone = await browser.post('/cart', { 'quantity-1': 'x', [`quantity-${other.id}`]: 3 })
    assert.equal(gone.status, 422)
    assert.deepEqual(gone.field(`quantity-${other.id}`), { value: '3', errors: [] })
    assert.equal(gone.cart, 'Cart, 5 items')
    assert.deepEqual(gone.alerts, ['Enter a whole number from 1 to 99, or 0 to remove a book.'])
    await browser.submit(`/cart/items/${other.id}/remove`)
    await browser.submit('/cart/items', { bookId: id })
    assert.equal(
      (await browser.submit('/cart/items', { bookId: id, quantity: 0 })).alerts.length,
      1,
    )
    assert.equal((await browser.submit('/cart')).alerts.length, 0)
    assert.equal((await browser.get('/cart')).cart, 'Cart, 5 items')
  })

  it('changes nothing for a book that is not one', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.submit('/cart/items', { bookId: 1, quantity: 5 })
    for (const bookId of badBookIds) {
      const page = await browser.submit('/cart/items', { bookId })
      assert.deepEqual(page.alerts, ['We do not have that book.'], bookId)
      assert.equal(page.cart, 'Cart, 5 items', bookId)
      await browser.submit('/cart', { [`quantity-${bookId}`]: 1 })
      if (bookId === '') continue
      const path = `/cart/items/${encodeURIComponent(bookId)}/remove`
      assert.equal((await browser.submit(path)).alerts.length, 1, path)
    }
    const unknown = await browser.submit('/cart', { 'quantity-1': 7, 'quantity-999999': 1 })
    assert.deepEqual(unknown.alerts, ['We do not have that book.'])
    assert.equal((await browser.submit('/cart/items')).alerts.length, 1)
    assert.equal((await browser.get('/cart')).cart, 'Cart, 5 items')
  })

  it('holds no more than there is, and no more than 99', async () => {
    const shop = await open()
    const few = await insertTestBook(shop.db, { title: 'Few', stock: 3 })
    const many = await insertTestBook(shop.db, { title: 'Many', stock: 500 })
    const none = await insertTestBook(shop.db, { title: 'None', stock: 0 })
    const browser = shop.browser()

    const tooMany = await browser.submit('/cart/items', { bookId: few.id, quantity: 4 })
    assert.deepEqual(tooMany.alerts, ['Few: your cart holds 3, and no more can be added.'])
    assert.equal(tooMany.cart, 'Cart, 3 items')
    await browser.submit('/cart/items', { bookId: few.id })
    assert.equal(
      (await browser.submit('/cart', { [`quantity-${few.id}`]: 9 })).cart,
      'Cart, 3 items',
    )

    await browser.submit('/cart/items', { bookId: many.id, quantity: 99 })
    const full = await browser.submit('/cart/items', { bookId: many.id, quantity: 1 })
    assert.deepEqual(full.alerts, ['Many: your cart holds 99, and no more can be added.'])
    assert.equal(full.cart, 'Cart, 102 items')

    const soldOut = await browser.submit('/cart/items', { bookId: none.id })
    assert.deepEqual(soldOut.alerts, ['None is sold out.'])
    await retireBook(shop.db, many.id, new Date())
    const retired = await browser.submit('/cart', { [`quantity-${many.id}`]: 1 })
    assert.deepEqual(retired.alerts, ['Many is sold out.'])
  })

  it('explains what became of its books: dearer, fewer, sold out, retired', async () => {
    const shop = await open()
    const titles = ['Dearer', 'Fewer', 'Retired', 'Sold out', 'The same']
    const [dearer, fewer, retired, soldOut, same] = await Array.fromAsync(titles, (title) =>
      insertTestBook(shop.db, { title, priceCents: 1000 }),
    )
    const browser = shop.browser()
    for (const book of [dearer, fewer, retired, soldOut, same]) {
      await browser.submit('/cart/items', { bookId: book!.id, quantity: 4 })
    }
    await browser.get('/cart')
    await updateBook(shop.db, dearer!.id, { priceCents: 1234 })
    await updateBook(shop.db, fewer!.id, { stock: 2 })
    await updateBook(shop.db, soldOut!.id, { stock: 0 })
    await retireBook(shop.db, retired!.id, new Date())

    const { text } = await browser.get('/cart')
    assert.match(text, /The price has changed: it was €10\.00 and is €12\.34 now\./)
    assert.match(text, /Only 2 copies left, so that is what your cart holds\./)
    assert.equal(text.match(/No longer available, and not in the total/g)!.length, 2)
    assert.match(text, /Total €109\.36/) // 4 × 12.34 + 2 × 10 + 4 × 10
    assert.match((await browser.submit(`/cart/items/${retired!.id}/remove`)).text, /Total €109\.36/)
  })

  it('holds 50 different books, which fit, and leaves out the next', async () => {
    const shop = await open()
    // What years of trade would make of the ids, and the longest of titles.
    await rowsOf(shop.db, `update sqlite_sequence set seq = 987654321 where name = 'books'`)
    const many = await Array.fromAsync({ length: 51 }, (_, n) =>
      insertTestBook(shop.db, { title: `${'書'.repeat(197)}${n}`, priceCents: 99_999, stock: 99 }),
    )
    const browser = shop.browser()
    for (const { id } of many.slice(0, 50)) {
      const answer = await browser.post('/cart/items', { bookId: id, quantity: 99 })
      assert.equal(answer.status, 303)
    }
    assert.equal((await browser.get('/cart')).cart, 'Cart, 4,950 items')

    const full = await browser.submit('/cart/items', { bookId: many[50]!.id })
    assert.deepEqual(full.alerts, ['A cart holds at most 50 different books.'])
    assert.equal(full.cart, 'Cart, 4,950 items')
    assert.equal(
      (await browser.submit('/cart', { [`quantity-${many[0]!.id}`]: 1 })).notices.length,
      1,
    )

    // Together with the most that a failed login leaves behind, and with a login.
    const email = `${'\u0001'.repeat(300)}@example.com`
    assert.equal((await browser.submit('/login', { email, password: 'x' })).alerts.length, 1)
    assert.equal((await browser.login(reader)).cart, 'Cart, 4,852 items')
  })

  const skip = storage === 'cookie' && 'the later answer wins: the server has nothing to merge into'
  it('keeps what several tabs add at once', { skip }, async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.submit('/cart/items', { bookId: (await insertTestBook(shop.db)).id })
    const tabs = Array.from({ length: 4 }, async () =>
      browser.copy().post('/cart/items', { bookId: (await insertTestBook(shop.db)).id }),
    )
    await Promise.all(tabs)
    assert.equal((await browser.get('/cart')).cart, 'Cart, 5 items')
  })
})

it('never takes a price from the client', async () => {
  const shop = await openTestShop()
  const { id } = await insertTestBook(shop.db, { priceCents: 2000 })
  const page = await shop.browser().submit('/cart/items', { bookId: id, price: 1, priceCents: 1 })
  assert.match(page.text, /Total €20\.00/)
})
