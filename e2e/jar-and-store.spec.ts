import { statSync } from 'node:fs'
import path from 'node:path'
import { cookieNameAt } from './cookie-name.ts'
import { anyStorage, eachStorage, expect, test } from './fixtures.ts'
import { collectSetCookies } from './set-cookies.ts'
import { newAccount, reader } from './accounts.ts'
import { books } from './books.ts'

test(
  'a cookie is sent when there is something new, and only then',
  { tag: eachStorage },
  async ({ page, visitor, storage, shop }) => {
    const name = cookieNameAt(shop.url)
    const sent = collectSetCookies(visitor.context)
    // A cookie that holds the session changes with it; one that holds the id does not.
    const eachChange = storage === 'cookie'

    await visitor.open('/books')
    expect(await sent.take()).toEqual([])

    await visitor.addToCart(books.pride)
    const first = await sent.take()
    // The first that comes back with its cookie is renewed: it is a browser's.
    expect(first.map(({ request }) => request)).toEqual(['POST /cart/items', 'GET /cart'])
    expect(first[0]!.header).toMatch(
      new RegExp(`^${name}=[\\w.~-]+; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax$`),
    )

    await page.reload()
    await visitor.open('/books')
    await visitor.open('/session')
    expect(await sent.take()).toEqual([])

    await visitor.addToCart(books.moonstone)
    expect(await sent.take()).toHaveLength(eachChange ? 2 : 0)

    await visitor.logIn(reader)
    const [login, ...others] = await sent.take()
    expect(login!.request).toBe('POST /login')
    expect(login!.header).toMatch(new RegExp(`^${name}=[\\w.~-]+; Path=/; HttpOnly; SameSite=Lax$`))
    expect(others).toHaveLength(eachChange ? 1 : 0)

    await visitor.logOut()
    const removals = await sent.take()
    expect(removals).toEqual([
      {
        request: 'POST /logout',
        header: `${name}=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax`,
      },
    ])
  },
)

test(
  'the cookie in the jar is closed to scripts and to other sites, and small',
  { tag: eachStorage },
  async ({ page, visitor, storage, shop }) => {
    await visitor.addToCart(books.pride)
    const name = cookieNameAt(shop.url)
    const cookie = (await visitor.cookie())!
    expect(cookie).toMatchObject({
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
      domain: 'localhost',
    })
    expect(await page.evaluate('document.cookie')).toBe('')

    const size = cookie.name.length + cookie.value.length
    expect((await visitor.session()).cookie).toEqual({ name, bytes: size, limit: 4096 })
    await visitor.byRequest.addToCart(books.moonstone, 5)
    await visitor.byRequest.addToCart(books.heights, 5)
    const later = (await visitor.cookie())!
    const growth = later.name.length + later.value.length - size
    if (storage === 'cookie') expect(growth).toBeGreaterThan(0)
    else expect(growth).toBe(0)
    expect(size + growth).toBeLessThan(500)
  },
)

test(
  'what is in the session cannot be read from the cookie',
  { tag: eachStorage },
  async ({ elsewhere }) => {
    const login = { email: 'somebody@example.com', password: 'not the password' }
    await elsewhere.postAndLeave('/login', login)
    const { value } = (await elsewhere.cookie())!
    const spellings = [
      value,
      decodeURIComponent(value),
      ...['base64url', 'base64', 'hex'].map(decode),
    ]
    function decode(encoding: string): string {
      return Buffer.from(value, encoding as BufferEncoding).toString('latin1')
    }
    for (const spelling of spellings) {
      expect(spelling).not.toMatch(/somebody|example|loginForm|notice|cart/)
    }
  },
)

test(
  'a cookie that was tampered with is a visitor without a session, not an error',
  { tag: eachStorage },
  async ({ page, visitor }) => {
    await visitor.byRequest.logIn(reader)
    const cookie = (await visitor.cookie())!
    const middle = Math.floor(cookie.value.length / 2)
    const other = cookie.value[middle] === 'a' ? 'b' : 'a'
    const value = cookie.value.slice(0, middle) + other + cookie.value.slice(middle + 1)
    await visitor.replay({ ...cookie, value })
    const response = await visitor.open('/')
    expect(response?.status()).toBe(200)
    await visitor.expectSignedOut()
    await visitor.open('/account')
    await expect(page).toHaveURL(/\/login/)
  },
)

test(
  'the session directory holds one private file a session, and no passwords',
  { tag: anyStorage },
  async ({ elsewhere, shop }) => {
    await elsewhere.addToCart(books.pride)
    const { id: anonymous } = await elsewhere.session()
    expect(shop.readSessionFiles().get(anonymous!)?.values.cart).toEqual({ [books.pride.id]: 1 })

    const account = await elsewhere.register(newAccount())
    const { id } = await elsewhere.session()
    const files = shop.readSessionFiles()
    expect(files.has(anonymous!), 'the file of the old id is gone').toBe(false)
    expect(Object.keys(files.get(id!)!.values)).toEqual(['loginId', 'wasGuest'])
    expect(JSON.stringify(files.get(id!))).not.toContain(account.password)
    expect(statSync(shop.sessionDirectory).mode & 0o777).toBe(0o700)
    expect(statSync(path.join(shop.sessionDirectory, `${id}.json`)).mode & 0o777).toBe(0o600)

    await elsewhere.logOut()
    expect(shop.readSessionFiles().has(id!)).toBe(false)
  },
)

test('only fs storage writes files', { tag: eachStorage }, async ({ elsewhere, shop, storage }) => {
  test.skip(storage === 'fs')
  await elsewhere.addToCart(books.pride)
  await elsewhere.logIn(reader)
  expect(shop.readSessionFiles().size).toBe(0)
})
