import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, BrowserContext, LaunchOptions } from 'playwright'
import { reader } from '../accounts.ts'
import { launchBrowser } from '../launch-browser.ts'
import { SecureShop, skipWithoutOpenssl } from '../secure-shop.ts'
import { Visitor } from '../visitor.ts'

/** What became of two logins of which somebody has copied all cookies. */
export interface StolenJars {
  /** For how many seconds the short cookie of the bound login is good. */
  maxAge: number
  bound: StolenJar
  unbound: StolenJar
  /** How often the owner's browser had to prove its key since the theft. */
  proofs: number
}

interface StolenJar {
  cookies: string[]
  /** What the copy got, right away and when the short cookie had ended. */
  atOnce: Answer
  later: Answer
  /** What the owner got after that. */
  owner: Answer
  /** JPEGs of the page of each in the end, in base64. */
  pictures: { thief: string; owner: string }
}

interface Answer {
  status: number
  location: string | null
}

// Long enough for the copies to be tried at once, on a busy machine too.
const MAX_AGE = 5
const PAGE = '/account'
const BOUND = 'Bound to this device'

/** @returns What was seen, or why it cannot be played here */
export async function playStolenJars(options: LaunchOptions = {}): Promise<StolenJars | string> {
  if (skipWithoutOpenssl !== false) return leaveOut(skipWithoutOpenssl)
  const shop = await SecureShop.start('fs', MAX_AGE)
  const browsers: Browser[] = []
  try {
    for (const args of [shop.browserArgs, shop.plainBrowserArgs]) {
      browsers.push(await launchBrowser({ ...options, args }))
    }
    const [binding, plain] = browsers as [Browser, Browser]
    return await play(shop, binding, plain)
  } finally {
    for (const browser of browsers) await browser.close()
    await shop.stop()
  }
}

async function play(
  shop: SecureShop,
  binding: Browser,
  plain: Browser,
): Promise<StolenJars | string> {
  const unboundOwner = await logIn(shop, plain)
  const boundOwner = await logIn(shop, binding)
  if (!(await waitUntilBound(boundOwner))) {
    if (shop.bindingRequests === 0) return leaveOut('this Chromium cannot do it')
    throw new Error('The browser offered a key, and its login was not bound to it')
  }

  const theft = [await steal(shop, boundOwner), await steal(shop, unboundOwner)] as const
  const proofs = shop.proofs
  await wait((MAX_AGE + 1) * 1000)
  const bound = await finish(shop, plain, boundOwner, theft[0])
  const unbound = await finish(shop, plain, unboundOwner, theft[1])
  return { maxAge: MAX_AGE, bound, unbound, proofs: shop.proofs - proofs }
}

function leaveOut(reason: string): string {
  return `Not a login that is bound to a device: ${reason}.`
}

async function logIn(shop: SecureShop, browser: Browser): Promise<Visitor> {
  const owner = await enter(shop, browser)
  await owner.logIn(reader)
  await owner.open(PAGE)
  return owner
}

async function enter(
  shop: SecureShop,
  browser: Browser,
  storageState?: Theft['storageState'],
): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: shop.url,
    viewport: { width: 1100, height: 760 },
    reducedMotion: 'reduce', // no picture of a page in transition
    ...(storageState && { storageState }),
  })
  return new Visitor(await context.newPage())
}

/** A browser offers its key after the login, in a request of which no page knows. */
async function waitUntilBound({ page }: Visitor): Promise<boolean> {
  for (let tries = 0; tries < 50; tries++) {
    await page.reload()
    if (await page.getByText(BOUND).isVisible()) return true
    await wait(100)
  }
  return false
}

interface Theft {
  storageState: Awaited<ReturnType<BrowserContext['storageState']>>
  atOnce: Answer
}

async function steal(shop: SecureShop, owner: Visitor): Promise<Theft> {
  const storageState = await owner.context.storageState()
  return { storageState, atOnce: await present(shop, storageState) }
}

/** What a program gets with the copy. */
async function present(shop: SecureShop, { cookies }: Theft['storageState']): Promise<Answer> {
  const { status, headers } = await shop.fetch(PAGE, cookies)
  return { status, location: headers.get('Location') }
}

async function finish(
  shop: SecureShop,
  thiefsBrowser: Browser,
  owner: Visitor,
  { storageState, atOnce }: Theft,
): Promise<StolenJar> {
  const later = await present(shop, storageState)
  const thief = await enter(shop, thiefsBrowser, storageState)
  await thief.open(PAGE)
  const answer = (await owner.open(PAGE))!
  const { pathname } = new URL(answer.url())
  return {
    cookies: storageState.cookies.map(({ name }) => name).sort(),
    atOnce,
    later,
    owner: { status: answer.status(), location: pathname === PAGE ? null : pathname },
    pictures: { thief: await takePicture(thief), owner: await takePicture(owner) },
  }
}

async function takePicture({ page }: Visitor): Promise<string> {
  return (await page.screenshot({ type: 'jpeg', quality: 60 })).toString('base64')
}

/** What there is to say of it, on the terminal and in the report. */
export function aboutStolenJars({ maxAge }: Pick<StolenJars, 'maxAge'>) {
  return {
    key: 'stolen-jars',
    title: 'A stolen jar, bound and unbound',
    text: `Malware on the device copies all cookies. Two browsers are logged in over https, side by side: the one binds its login to a key that stays on the device (Device Bound Session Credentials), the other does not know of it. A bound login needs a second cookie with a short life, and a proof of the key for each new one. Here it lives for ${maxAge} s; the shop's default is ten minutes. This Chromium has its key in software, from where it could be stolen too; from a TPM it could not.`,
  }
}

/** What became of both, moment by moment. */
export function fates({ maxAge, bound, unbound, proofs }: StolenJars) {
  return [
    {
      moment: 'What is stolen',
      bound: bound.cookies.join(', '),
      unbound: unbound.cookies.join(', '),
    },
    { moment: 'The copy, at once', bound: tell(bound.atOnce), unbound: tell(unbound.atOnce) },
    {
      moment: `The copy, after ${maxAge + 1} s`,
      bound: tell(bound.later),
      unbound: tell(unbound.later),
    },
    {
      moment: 'The owner, after that',
      bound: `${tell(bound.owner)} Proofs of the key since the theft: ${proofs}.`,
      unbound: tell(unbound.owner),
    },
  ]
}

function tell({ status, location }: Answer): string {
  const to = location === null ? '' : ` → ${location}`
  return `GET ${PAGE} ${status}${to}: ${status === 200 && !to ? 'logged in.' : 'nobody is logged in.'}`
}
