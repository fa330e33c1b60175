import { setTimeout as wait } from 'node:timers/promises'
import { Client } from 'pg'
import { books } from '../books.ts'
import type { SeveralServers } from '../several-servers.ts'
import type { Visitor } from '../visitor.ts'
import { queryPostgres } from './shared-store.ts'

/** Orders of a book, and copies that there are fewer. */
export interface Sales {
  orders: number
  copies: number
}

/** Answers what tells the sales since now. */
export async function countSales(shop: SeveralServers): Promise<() => Promise<Sales>> {
  const { id } = books.pride
  const orders = `select count(*) from order_lines where book_id = ${id}`
  async function read() {
    const statement = `select stock, (${orders}) as orders from books where id = ${id}`
    const [row] = await queryPostgres(shop.databaseUrl, statement)
    return { orders: Number(row!.orders), stock: Number(row!.stock) }
  }
  const before = await read()
  return async () => {
    const { orders, stock } = await read()
    return { orders: orders - before.orders, copies: before.stock - stock }
  }
}

export async function fillCheckout(visitor: Visitor): Promise<void> {
  await visitor.addToCart(books.pride)
  await visitor.open('/checkout')
  await visitor.fillAddress()
}

/** Orders, and kills the server in the midst of its transaction. */
export async function killWhileOrdering(shop: SeveralServers, visitor: Visitor): Promise<number> {
  const client = new Client(shop.databaseUrl)
  await client.connect()
  try {
    await client.query('begin')
    await client.query('select from books where id = $1 for update', [books.pride.id])
    const sent = shop.balancer.nextTo('POST /checkout')
    const submitted = placeOrder(visitor)
    const port = await sent
    const waiting = `select from pg_stat_activity where wait_event_type = 'Lock'`
    while ((await client.query(waiting)).rowCount === 0) {
      await client.query('select pg_stat_clear_snapshot()') // or a transaction is told the same each time
      await wait(5)
    }
    await shop.serverAt(port).end('SIGKILL')
    await submitted
    await visitor.page.getByText('502 Bad Gateway').waitFor()
    return port
  } finally {
    await client.end()
  }
}

/** Orders, and kills the server before its answer gets through. */
export async function killAfterCommit(shop: SeveralServers, visitor: Visitor): Promise<number> {
  let killed = 0
  shop.balancer.loseAnswerTo('POST /checkout', async (port) => {
    killed = port
    await shop.serverAt(port).end('SIGKILL')
  })
  await placeOrder(visitor)
  await visitor.page.getByText('502 Bad Gateway').waitFor()
  return killed
}

async function placeOrder({ page }: Visitor): Promise<void> {
  await page.getByRole('button', { name: /^Place order/ }).click()
}

/** Reloads the page that the form has led to, which sends it again. */
export async function orderAgain({ page }: Visitor): Promise<void> {
  await page.reload()
  await page.waitForURL(/\/orders\/\d+$/)
}
