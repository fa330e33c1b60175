import { anyStorage, expect, test } from './fixtures.ts'
import { newAccount } from './accounts.ts'
import { books } from './books.ts'

const timeZone = 'Pacific/Kiritimati' // where it is tomorrow for most of the day
const minute = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone,
})
const second = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'medium',
  timeZone,
})
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone })

test.use({ timezoneId: timeZone })

test('times are those of the reader', { tag: anyStorage }, async ({ page, visitor }) => {
  await visitor.byRequest.register(newAccount())
  await visitor.byRequest.addToCart(books.pride)
  await visitor.checkOut()
  for (const [path, format, count] of [
    [page.url(), day, 1],
    ['/orders', day, 1],
    ['/account', minute, 2],
  ] as const) {
    await visitor.open(path)
    const times = page
      .getByRole('main')
      .locator('time')
      .filter({ hasText: format === day ? /^/ : ':' })
    await expect(times).toHaveCount(count)
    for (const time of await times.all()) {
      const moment = new Date((await time.getAttribute('datetime'))!)
      await expect(time).toHaveText(format.format(moment))
    }
  }
})

test('the inspector has them too', { tag: anyStorage }, async ({ page, visitor }) => {
  await visitor.byRequest.addToCart(books.pride)
  for (const [path, part, count] of [
    ['/session', page.getByRole('main'), 3],
    ['/', page.getByRole('complementary', { name: 'Session inspector' }), 2],
  ] as const) {
    await visitor.open(path)
    const times = part.locator('time')
    await expect(times).toHaveCount(count)
    for (const time of await times.all()) {
      const moment = new Date((await time.getAttribute('datetime'))!)
      expect(await time.textContent()).toBe(second.format(moment))
    }
  }
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('times say in which zone they are', { tag: anyStorage }, async ({ page, visitor }) => {
    await visitor.byRequest.register(newAccount())
    await visitor.open('/account')
    const times = page.getByRole('main').locator('time')
    await expect(times).toHaveText([/^\d+ \w+ \d{4} \(UTC\)$/, /:\d\d UTC$/, /:\d\d UTC$/])
  })
})
