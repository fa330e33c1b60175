import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createPasswordHasher } from '../../app/auth/passwords.ts'
import { closeDatabase, openDatabase } from '../../db/connect.ts'
import { seedDatabase } from '../../db/seed.ts'
import { accounts, BUYERS, emailOf, fillShop, RARE_WORD } from './grown-shop.ts'
import type { Account, ShopSize } from './grown-shop.ts'
import { MeasuredServer } from './measured-server.ts'
import { CookieJar, costOfAll, fillCart, repeat, send } from './requests.ts'
import type { Cost, Sent } from './requests.ts'
import { median } from './shop.ts'
import type { Size } from './shop.ts'

const PASSWORD = 'the password of everybody'

const newShop: ShopSize = { books: 0, users: 0, orders: 0, ordersOfOne: 3, logins: 0, mails: 0 }
const grown: ShopSize = {
  books: 10_000,
  users: 20_000,
  orders: 100_000,
  ordersOfOne: 5000,
  logins: 50_000,
  mails: 20_000,
}

interface GrowthOptions extends Size {
  /** Only what has this in its name. */
  only: string
}

/** What the pages cost in a shop with much of everything, beside a new one. */
export async function measureGrowth({ rounds, requests, only }: GrowthOptions): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bookstore-growth-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const [fresh, old] = [path.join(folder, 'new.sqlite'), path.join(folder, 'grown.sqlite')]
  const shops = [await openShop(fresh, newShop), await openShop(old, grown)]

  const measured = visits.filter(({ name }) => name.includes(only))
  const costs = measured.map(() => shops.map((): Cost[] => []))
  for (let round = 0; round <= rounds; round++) {
    // Back and forth, so that a machine that slows down does not favour whoever comes first.
    const order = round % 2 === 0 ? [0, 1] : [1, 0]
    for (const [number, { make }] of measured.entries()) {
      for (const i of order) {
        const sent = await make(shops[i]!, requests * (round === 0 ? 3 : 1))
        const cost = await costOfAll(shops[i]!.server, sent)
        if (round > 0) costs[number]![i]!.push(cost)
      }
    }
  }

  console.log(
    `Medians of ${rounds} rounds: CPU time of the server's process for a request in a new shop`,
  )
  console.log('and in one with ten thousand books, what one is of the other, and p99\n')
  console.log('| request | new, µs | grown, µs | × | new p99, ms | grown p99, ms |')
  console.log('| --- | ---: | ---: | ---: | ---: | ---: |')
  for (const [number, { name }] of measured.entries()) {
    const [before, after] = costs[number] as [Cost[], Cost[]]
    const ratios = after.map(({ cpu }, round) => cpu / before[round]!.cpu).sort((a, b) => a - b)
    const cells = [before, after].map((all) => median(all, 'cpu').toFixed(0))
    cells.push(ratios[Math.floor(ratios.length / 2)]!.toFixed(2))
    cells.push(...[before, after].map((all) => median(all, 'p99').toFixed(1)))
    console.log(`| ${[name, ...cells].join(' | ')} |`)
  }
}

interface Shop {
  server: MeasuredServer
  /** The cookies of who is logged in. */
  cookies: Record<Account | 'guest', string>
  buyers: string[]
  lastPage: number
}

async function openShop(url: string, size: ShopSize): Promise<Shop> {
  const { hash: hashPassword } = createPasswordHasher()
  const db = await openDatabase(url)
  await seedDatabase(db, { demoAccounts: false, hashPassword })
  await fillShop(db, size, await hashPassword(PASSWORD))
  await closeDatabase(db)

  const server = await MeasuredServer.startShop('memory', { DATABASE_URL: url, TRUST_PROXY: '1' })
  const cookies = { guest: await fillCart(server.origin) } as Shop['cookies']
  for (const account of Object.keys(accounts) as Account[]) {
    cookies[account] = await logIn(server, emailOf(account))
  }
  const buyers: string[] = []
  for (let i = 0; i < BUYERS; i++) buyers.push(await logIn(server, emailOf('buyer', i)))
  const first = await read(server, { path: '/books' })
  const lastPage = Math.max(...[...first.matchAll(/page=(\d+)/g)].map(([, page]) => Number(page)))
  return { server, cookies, buyers, lastPage }
}

/** What is measured: what is sent, several times over. */
interface Visit {
  name: string
  make(shop: Shop, count: number): Promise<Sent[]>
}

const visits: Visit[] = [
  page('/'),
  page('/books'),
  ...['author', 'price', 'price-desc', 'newest'].map((sort) => page(`/books?sort=${sort}`)),
  page('/books?genre=Poetry'),
  page('/books?genre=Poetry&sort=price'),
  { name: '/books, the last page', make: lastPage },
  page(`/books?q=${RARE_WORD}`),
  page('/books?q=love'),
  page('/books?q=whake'),
  page(`/books?q=${RARE_WORD}+sea`),
  page('/books?q=love&sort=price'),
  page('/books?q=xqzwv'),
  page('/books/moby-dick'),
  page('/cart', 'guest'),
  page('/account', 'visitor'),
  page('/orders', 'few'),
  page('/orders', 'many'),
  page('/orders/1', 'few'),
  page('/checkout', 'guest'),
  page('/admin/books', 'admin'),
  page(`/admin/books?q=${RARE_WORD}`, 'admin'),
  page('/admin/books/1', 'admin'),
  page('/admin/customers?email=many-0%40example.org', 'admin'),
  page('/sitemap.xml'),
  page('/sitemap.xml?part=1'),
  { name: 'POST /cart/items', make: cartForms },
  { name: 'POST /checkout', make: checkouts },
  { name: 'POST /login', make: logins },
  { name: 'POST /logout', make: logouts },
]

function page(path: string, by?: keyof Shop['cookies']): Visit {
  return {
    name: by === undefined ? path : `${path}, ${by}`,
    async make({ cookies }, count) {
      return whileOthersWrite({ path, ...(by && { cookie: cookies[by] }) }, count, cookies)
    },
  }
}

/** Every ninth request is a form, so that no answer of the database is kept for long. */
function whileOthersWrite(sent: Sent, count: number, cookies: Shop['cookies']): Sent[] {
  return repeat(sent, count).flatMap((one, i) => (i % 8 === 0 ? [cartForm(cookies), one] : [one]))
}

async function lastPage({ cookies, lastPage }: Shop, count: number): Promise<Sent[]> {
  return whileOthersWrite({ path: `/books?page=${lastPage}` }, count, cookies)
}

async function cartForms({ cookies }: Shop, count: number): Promise<Sent[]> {
  return repeat(cartForm(cookies), count)
}

function cartForm({ visitor }: Shop['cookies']): Sent {
  const form = 'bookId=1&quantity=1&returnTo=%2Fbooks'
  return { path: '/cart/items', form, cookie: visitor }
}

async function checkouts({ server, buyers }: Shop): Promise<Sent[]> {
  return Promise.all(
    buyers.map(async (cookie) => {
      await send(server.origin, { path: '/cart/items', form: 'bookId=1&quantity=2', cookie })
      const form = await read(server, { path: '/checkout', cookie })
      const hidden = ['madeFor', 'total', 'checkoutKey'].map((name) => {
        return [name, new RegExp(`name="${name}"\\s+value="([^"]*)"`).exec(form)?.[1] ?? '']
      })
      const typed = { name: 'R', address: 'A 1', city: 'C', postcode: 'P', country: 'The Shire' }
      const fields = new URLSearchParams({ ...Object.fromEntries(hidden), ...typed })
      return { path: '/checkout', form: fields.toString(), cookie }
    }),
  )
}

async function logins(): Promise<Sent[]> {
  return Array.from({ length: BUYERS }, (_, i) => loginForm(emailOf('comer', i)))
}

async function logouts({ server }: Shop): Promise<Sent[]> {
  const sent: Sent[] = []
  for (let i = 0; i < BUYERS; i++) {
    sent.push({ path: '/logout', form: '', cookie: await logIn(server, emailOf('comer', i)) })
  }
  return sent
}

let visitors = 0

function loginForm(email: string): Sent {
  const form = new URLSearchParams({ email, password: PASSWORD }).toString()
  // Each from a network of its own: of one only so many begin a session.
  visitors++
  return { path: '/login', form, from: `10.${(visitors >> 8) & 255}.${visitors & 255}.1` }
}

/** The cookies of a new login, whose greeting was read. */
async function logIn(server: MeasuredServer, email: string): Promise<string> {
  const jar = new CookieJar()
  jar.take(await send(server.origin, loginForm(email)))
  const greeting = await read(server, { path: '/orders', cookie: jar.header })
  if (!greeting.includes('Welcome back')) throw new Error(`${email} cannot log in`)
  return jar.header
}

async function read(server: MeasuredServer, sent: Sent): Promise<string> {
  const { status, body } = await send(server.origin, sent)
  if (status !== 200) throw new Error(`${sent.path} was answered with ${status}`)
  return Buffer.from(body, 'base64').toString()
}
