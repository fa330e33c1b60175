import assert from 'node:assert/strict'
import { it } from 'node:test'
import { findLoginWithUser, listLogins } from '../../db/logins.ts'
import { deleteUser } from '../../db/testing.ts'
import { findUserByEmail } from '../../db/users.ts'
import { onEachStorage, reader } from '../testing/shop.ts'

onEachStorage('the current login', (open) => {
  it('is nobody once the user was deleted', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.submit('/cart/items', { bookId: 1 })
    await browser.login(reader)
    await deleteUser(shop.db, (await findUserByEmail(shop.db, reader.email))!.id)

    const page = await browser.get('/')
    assert.equal(page.status, 200)
    assert.equal(page.signedIn, false)
    assert.equal(page.cart, 'Cart, 0 items', 'it was the cart of that user')
    assert.equal((await browser.get('/account')).location, '/login?returnTo=%2Faccount')
  })

  it('is seen in the database every five minutes at most', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(reader)
    await browser.get('/')
    const { id } = (await findUserByEmail(shop.db, reader.email))!
    const [login] = await listLogins(shop.db, id)

    shop.pass(4 * 60)
    const before = shop.databaseWrites()
    await browser.get('/')
    assert.equal(shop.databaseWrites(), before)

    shop.pass(2 * 60)
    await browser.get('/')
    const { lastSeenAt } = (await findLoginWithUser(shop.db, login!.id))!.login
    assert.ok(lastSeenAt.getTime() - login!.lastSeenAt.getTime() >= 6 * 60_000)

    shop.pass(60 * 60)
    await browser.get('/')
    shop.pass(-60 * 60) // the clock is set back
    await browser.get('/')
    const seen = (await findLoginWithUser(shop.db, login!.id))!.login.lastSeenAt
    assert.ok(seen.getTime() <= shop.now())
  })

  it('is asked for by every page and form that is not for everybody', async () => {
    const shop = await open()
    const browser = shop.browser()
    for (const path of ['/checkout?kept=x', '/orders', '/orders/1', '/account', '/admin/books']) {
      const answer = await browser.get(path)
      assert.equal(answer.status, 303, path)
      assert.equal(answer.location, `/login?returnTo=${encodeURIComponent(path)}`)
    }
    for (const [path, formPage] of [
      ['/checkout', '/checkout'],
      ['/account/password', '/account?form=again#field-currentPassword'],
      ['/account/logins/others/remove', '/account'],
      ['/account/logins/x/remove', '/account'],
      ['/admin/books/new', '/admin/books/new'],
      ['/admin/books/1', '/admin/books/1'],
      ['/admin/books/1/retire', '/admin/books/1/retire'],
      ['/admin/books/1/restore', '/admin/books/1'],
    ] as const) {
      const before = shop.databaseWrites()
      const answer = await browser.post(path, { title: 'x' })
      assert.equal(
        answer.location,
        `/login?returnTo=${encodeURIComponent(formPage)}&form=again`,
        path,
      )
      assert.equal(shop.databaseWrites(), before, path)
    }
  })
})
