import { eachStorage, expect, test } from './fixtures.ts'
import { newAccount } from './accounts.ts'
import { books } from './books.ts'

test(
  'a restart in the middle: memory starts anew, every other storage goes on',
  { tag: eachStorage },
  async ({ page, visitor, shop, storage }) => {
    test.slow()
    const account = await visitor.byRequest.register(newAccount())
    await visitor.byRequest.addToCart(books.pride, 2)
    const before = await visitor.session()
    await shop.restart()

    await visitor.open('/cart')
    if (storage === 'memory') {
      await visitor.expectSignedOut()
      await visitor.expectInCart('0 items')
      expect((await visitor.session()).id).toBeNull()
      // The account and its cart are in the database: only the sitting was lost.
      await visitor.logIn(account)
      await visitor.expectInCart('2 items')
      return
    }
    await visitor.expectSignedIn(account)
    await visitor.expectInCart('2 items')
    expect((await visitor.session()).id).toBe(before.id)
    await expect(page.getByLabel('Copies of Pride and Prejudice')).toHaveValue('2')
    await visitor.checkOut()
  },
)

test(
  'a message that nobody has seen yet is shown after a restart',
  { tag: eachStorage },
  async ({ page, visitor, shop, storage }) => {
    test.skip(storage === 'memory', 'its sessions end with the process')
    test.slow()
    await visitor.byRequest.postAndLeave('/cart/items', { bookId: books.pride.id })
    expect((await visitor.session()).flash).toEqual(['notice'])
    await shop.restart()
    await visitor.open('/books')
    await expect(page.getByRole('status')).toHaveText('Pride and Prejudice is in your cart.')
    await page.reload()
    await expect(page.getByRole('status')).toHaveCount(0)
  },
)
