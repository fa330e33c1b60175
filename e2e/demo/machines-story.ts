import type { Browser } from 'playwright'
import { reader } from '../accounts.ts'
import { books } from '../books.ts'
import { addMigration } from '../machines.ts'
import { SERVERS } from '../several-servers.ts'
import type { SeveralServers } from '../several-servers.ts'
import {
  countSales,
  fillCheckout,
  killAfterCommit,
  killWhileOrdering,
  orderAgain,
} from './checkout-kills.ts'
import { restartPostgresUnderLoad } from './outage.ts'
import { restartUnderLoad } from './rolling-restart.ts'
import { enterShop } from './scene.ts'
import type { ServersChapter } from './servers-chapter.ts'
import { queryPostgres } from './shared-store.ts'
import { judgeCheckoutKills, judgeMigration, judgeOutage } from './verdict-machines.ts'

/** PostgreSQL goes away for a while. */
export async function playOutage(shop: SeveralServers, browser: Browser): Promise<ServersChapter> {
  const { visitor, observer } = await enterShop(shop, browser)
  await visitor.logIn(reader)
  await visitor.addToCart(books.moonstone)
  await observer.takeScene()
  const outage = await restartPostgresUnderLoad(shop)
  for (let i = 0; i < SERVERS; i++) await visitor.open('/cart')
  const scene = await observer.takeScene()
  await visitor.context.close()
  return {
    key: 'outage',
    title: 'PostgreSQL is restarted while customers shop',
    text: 'It ends all connections and is away for three seconds. What needs it is answered with 503 at once, /healthz too, so the balancer sends nothing more and answers 503 by itself. No server is restarted: when PostgreSQL is back they connect anew, and tell of their health.',
    steps: [{ title: 'A customer from before, afterwards', scene }],
    timeline: outage.timeline,
    verdict: judgeOutage(outage, scene),
  }
}

/** A server dies before and another one after it has committed an order. */
export async function playCheckoutKills(
  shop: SeveralServers,
  browser: Browser,
): Promise<ServersChapter> {
  const salesSoFar = await countSales(shop)
  const { visitor, observer } = await enterShop(shop, browser)
  // Nothing but the book is in the cart of a new account.
  await visitor.register()
  await fillCheckout(visitor)
  await observer.takeScene()

  const first = await killWhileOrdering(shop, visitor)
  const killed = await observer.takeScene()
  const afterFirst = await salesSoFar()
  await orderAgain(visitor)
  const again = await observer.takeScene()
  await shop.startAgain(first)

  await fillCheckout(visitor)
  const second = await killAfterCommit(shop, visitor)
  const lost = await observer.takeScene()
  const afterSecond = await salesSoFar()
  await orderAgain(visitor)
  const known = await observer.takeScene()
  await visitor.context.close()
  await shop.startAgain(second)

  const [one, other] = [shop.numberOf(first), shop.numberOf(second)]
  return {
    key: 'checkout',
    title: 'kill -9 in the middle of a checkout',
    text: 'An order is one transaction. At first the server is killed in its midst, as it waits for the row of the book, which somebody else has locked: PostgreSQL undoes what was done. Then one is killed when it has committed the order and not yet told so. The customer sees 502 both times, and sends the form again: its key tells whether it has become an order.',
    steps: [
      { title: `Server ${one} is killed before it commits`, scene: killed },
      { title: 'The form again: an order', scene: again },
      { title: `Server ${other} is killed after it has committed`, scene: lost },
      { title: 'The form again: the same order', scene: known },
    ],
    verdict: judgeCheckoutKills([afterFirst, afterSecond, await salesSoFar()], [again, known]),
  }
}

/** A new version, which wants other tables, takes the place of the old one server by server. */
export async function playMigration(
  shop: SeveralServers,
  browser: Browser,
): Promise<ServersChapter> {
  const { visitor, observer } = await enterShop(shop, browser)
  await visitor.logIn(reader)
  await visitor.addToCart(books.heights)
  await observer.takeScene()
  const restart = await restartUnderLoad(shop, ({ place }) => {
    addMigration(place.folder, '9999_gift_notes', MIGRATION)
  })
  for (let i = 0; i < SERVERS; i++) await visitor.open('/cart')
  const scene = await observer.takeScene()
  await visitor.context.close()
  const [{ count }] = (await queryPostgres(
    shop.databaseUrl,
    `select count(*) from information_schema.columns where column_name = 'gift_note'`,
  )) as [{ count: string }]
  return {
    key: 'migration',
    title: 'A new version with other tables, server by server',
    text: 'The copy of the shop on each server gets a migration more, which adds a column and an index to the table of the carts. The first new server applies it at its start, while customers change carts on the two old ones, which go on beside it: they name the columns that they read and write. The next ones find it applied.',
    steps: [{ title: 'A customer from before, afterwards', scene }],
    timeline: restart.timeline,
    verdict: judgeMigration(restart, Number(count), scene),
  }
}

const MIGRATION = `ALTER TABLE "cart_items" ADD COLUMN "gift_note" text DEFAULT '' NOT NULL;
--> statement-breakpoint
CREATE INDEX "cart_items_gift_note" ON "cart_items" ("gift_note");`
