import { setTimeout as wait } from 'node:timers/promises'
import type { Browser } from 'playwright'
import { SERVED_BY } from '../balancer.ts'
import { SERVERS } from '../several-servers.ts'
import type { SeveralServers } from '../several-servers.ts'
import { reader } from '../accounts.ts'
import { books } from '../books.ts'
import type { Visitor } from '../visitor.ts'
import { playCheckoutKills, playMigration, playOutage } from './machines-story.ts'
import { restartUnderLoad } from './rolling-restart.ts'
import { enterShop } from './scene.ts'
import type { Scene } from './scene.ts'
import type { ServersChapter } from './servers-chapter.ts'
import type { ServersPlay } from './story.ts'
import { sharedStoreOf } from './shared-store.ts'
import { judgeKill, judgeRestart, judgeVisit } from './verdict.ts'

/** Plays what there is to see of several servers. `onChapter` is called after each chapter. */
export async function playServers(
  shop: SeveralServers,
  browser: Browser,
  onChapter: (chapter: ServersChapter) => void,
): Promise<ServersPlay> {
  const chapters: ServersChapter[] = []
  const onMachines = [playOutage, playCheckoutKills, playMigration]
  for (const play of [playVisit, playRestart, playKill, ...(shop.machines ? onMachines : [])]) {
    await sharedStoreOf(shop).forgetEverybody()
    const chapter = await play(shop, browser)
    chapters.push(chapter)
    onChapter(chapter)
  }
  return { about: aboutServers(shop), chapters }
}

/** What the servers are and share. */
export function aboutServers({ machines }: SeveralServers): string {
  if (!machines) {
    return 'Three processes of the shop behind a round-robin, with one Redis. The database is one SQLite file, so they are on one machine; for several machines there is PostgreSQL.'
  }
  const { oneNetwork } = machines
  const network =
    oneNetwork === undefined
      ? 'and a network of its own, in which there are PostgreSQL and the balancer and no other server'
      : `on the network of this machine (${oneNetwork})`
  return `Three servers that share a PostgreSQL, and no file and no folder: each is a copy of the shop, started in a folder of its own ${network}. The balancer looks at the /healthz of each five times a second.`
}

async function playVisit(shop: SeveralServers, browser: Browser): Promise<ServersChapter> {
  const { visitor, observer } = await enterShop(shop, browser)
  await visitor.logIn(reader)
  const login = await observer.takeScene()
  const first = serverOf(login, 'POST /login')
  // The page of the book comes before its form.
  await lookAround(shop, visitor, serverAfter(serverAfter(first)))
  await visitor.addToCart(books.heights)
  const cart = await observer.takeScene()
  await lookAround(shop, visitor, serverAfter(first))
  await visitor.logOut()
  const logout = await observer.takeScene()
  await visitor.context.close()

  const store = sharedStoreOf(shop).name
  const servers = [first, serverOf(cart, 'POST /cart/items'), serverOf(logout, 'POST /logout')]
  return {
    key: 'visit',
    title: 'One visit, three servers',
    text: `Each page that the browser asks for goes to the next server. The servers know nothing of each other: what one of them stores in ${store}, the next one reads there. They share SESSION_SECRET, so each trusts the signature of the others.`,
    steps: [
      { title: `Logged in on server ${servers[0]}`, scene: login },
      { title: `Into the cart on server ${servers[1]}`, scene: cart },
      { title: `Logged out on server ${servers[2]}`, scene: logout },
    ],
    verdict: judgeVisit(store, servers, logout),
  }
}

/** Looks at pages until a server has answered one. They go round: the next request is the next server’s. */
async function lookAround(shop: SeveralServers, visitor: Visitor, last: number): Promise<void> {
  for (const path of ['/books', '/account', '/orders']) {
    const response = await visitor.open(path)
    const port = Number(response!.headers()[SERVED_BY])
    if (shop.numberOf(port) === last) return
  }
}

function serverAfter(number: number): number {
  return (number % SERVERS) + 1
}

async function playRestart(shop: SeveralServers, browser: Browser): Promise<ServersChapter> {
  const { visitor, observer } = await enterShop(shop, browser)
  await visitor.logIn(reader)
  await visitor.addToCart(books.moonstone)
  await observer.takeScene()
  const restart = await restartUnderLoad(shop)
  for (let i = 0; i < SERVERS; i++) await visitor.open('/cart')
  const scene = await observer.takeScene()
  await visitor.context.close()
  return {
    key: 'restart',
    title: 'All three restart, one by one, while customers shop',
    text: 'As for a new version: a server is taken out of the balancer, gets SIGTERM, finishes what is under way and ends. A new process starts in its place, and the next server follows. Meanwhile customers who are logged in change their carts and look at them, on and on; each page is checked for its cart and its login.',
    steps: [{ title: 'A customer from before, afterwards', scene }],
    timeline: restart.timeline,
    verdict: judgeRestart(restart, scene),
  }
}

async function playKill(shop: SeveralServers, browser: Browser): Promise<ServersChapter> {
  const { visitor, observer } = await enterShop(shop, browser)
  await visitor.addToCart(books.pride)
  await visitor.open('/login')
  const before = await observer.takeScene()

  const port = await killInLogin(shop, visitor)
  const failed = await observer.takeScene()

  await visitor.logIn(reader)
  await visitor.open('/cart')
  const after = await observer.takeScene()
  await visitor.context.close()
  await shop.startAgain(port)

  const killed = shop.numberOf(port)
  return {
    key: 'kill',
    title: 'kill -9 in the middle of a request',
    text: `A customer with a book in the cart logs in. The server has counted the attempt in ${sharedStoreOf(shop).name} and is hashing the password when it is killed. It finishes nothing, and the attempt stays counted until a login succeeds. The balancer must not send a POST twice, so it answers 502.`,
    steps: [
      { title: 'Before', scene: before },
      { title: `Server ${killed} is killed: what the client sees`, scene: failed },
      { title: 'The customer tries again, on the servers that are left', scene: after },
    ],
    verdict: judgeKill(killed, { before, failed, after }),
  }
}

/** Logs a visitor in and kills the server that is at it. */
async function killInLogin(shop: SeveralServers, visitor: Visitor): Promise<number> {
  const store = sharedStoreOf(shop)
  const sent = shop.balancer.nextTo('POST /login')
  const submitted = visitor.submitLogin(reader)
  const port = await sent
  // It counts the attempt before it begins with the password, which takes it much longer.
  for (let i = 0; i < 1000 && !(await store.countsLogin()); i++) await wait(1)
  await shop.serverAt(port).end('SIGKILL')
  await submitted
  await visitor.page.getByText('502 Bad Gateway').waitFor()
  return port
}

function serverOf({ exchanges }: Scene, request: string): number {
  return exchanges.find((exchange) => exchange.request === request)?.server ?? 0
}
