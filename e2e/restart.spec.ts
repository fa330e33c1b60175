import { eachStorage, expect, test } from './fixtures.ts'
import { newAccount } from './accounts.ts'
import { books } from './books.ts'

test(
  'a restart in the middle: memory starts anew, every other storage goes on with what nobody has seen yet',
  { tag: eachStorage },
  async ({ page, visitor, otherVisitor, shop, storage }) => {
    const account = await visitor.byRequest.register(newAccount())
    await visitor.byRequest.addToCart(books.pride, 2)
    const before = await visitor.session()
    await otherVisitor.byRequest.postAndLeave('/cart/items', { bookId: books.pride.id })
    expect((await otherVisitor.session()).flash).toEqual(['notice'])
    await shop.restart()

    await visitor.open('/cart')
    if (storage === 'memory') {
      await visitor.expectSignedOut()
      await visitor.expectInCart('0 items')
      expect((await visitor.session()).id).toBeNull()
      expect((await otherVisitor.session()).id).toBeNull()
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

    const notice = otherVisitor.page.getByRole('status')
    await otherVisitor.open('/books')
    await expect(notice).toHaveText('Pride and Prejudice is in your cart.')
    await otherVisitor.page.reload()
    await expect(notice).toHaveCount(0)
  },
)
