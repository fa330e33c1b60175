import { expect, test } from './fixtures.ts'
import { reader } from './accounts.ts'
import { books } from './books.ts'

test('the panel tells what the request before the redirect did', async ({ page, visitor }) => {
  await visitor.byRequest.addToCart(books.pride)
  const before = await visitor.session()
  await visitor.logIn(reader)
  const after = await visitor.session()

  const panel = page.getByRole('complementary', { name: 'Session inspector' })
  await panel.getByText('Session', { exact: true }).click()
  await expect(panel).toContainText('POST /login answered 303')
  await expect(panel).toContainText(`${before.id!.slice(0, 8)} → ${after.id!.slice(0, 8)}`)
  await expect(panel).toContainText('get("notice") a flash: read, and gone with it')
  await expect(panel.getByText(/^in 6 d \d\d:\d\d:\d\d$/)).toBeVisible()

  await panel.getByRole('link', { name: 'Everything about this session' }).click()
  await expect(page.getByRole('main')).toContainText(after.id!)
})

test('looking at a pending message leaves it for the page that shows it', async ({
  page,
  visitor,
}) => {
  await visitor.byRequest.postAndLeave('/cart/items', { bookId: books.pride.id })
  await visitor.open('/session')
  await expect(page.getByText('flash, unread')).toBeVisible()
  await expect(page.getByRole('status')).toHaveCount(0)
  await visitor.open('/session')
  await visitor.open('/cart')
  await expect(page.getByRole('status')).toHaveText('Pride and Prejudice is in your cart.')
})
