import type { Browser } from 'playwright'
import type { Account } from '../accounts.ts'
import { newAccount } from '../accounts.ts'
import { AuthenticatorApp } from '../authenticator-app.ts'
import type { Shop } from '../server.ts'
import { execute } from '../shop-database.ts'
import type { ChapterKey } from './chapters.ts'
import { enterShop } from './scene.ts'
import type { Observer } from './scene.ts'

/** A login in two steps and, later, one more: the session of each. */
export async function playSecondFactor(
  shop: Shop,
  browser: Browser,
  show: (key: ChapterKey, observer: Observer) => Promise<void>,
): Promise<void> {
  const { account, app, recoveryCodes } = await setUp(shop, browser)
  const { visitor, observer } = await enterShop(shop, browser)
  const { page } = visitor
  const code = page.getByLabel('Code', { exact: true })
  await observer.leaveOutOthers()

  // The page of the login asks for a passkey's challenge, which is to be in no other scene.
  await page.goto('/login', { waitUntil: 'networkidle' })
  await visitor.submitLogin(account)
  await code.waitFor()
  await page.goto('/account', { waitUntil: 'networkidle' })
  await visitor.open('/login/code')
  await show('pending', observer)

  // The code that set the app up was used.
  await code.fill(app.code(1))
  await code.press('Enter')
  await visitor.expectSignedIn(account)
  await show('code', observer)

  await execute(shop.databaseUrl, 'update logins set confirmed_at = 0')
  await visitor.open('/confirm?returnTo=/account')
  await page.getByLabel('Password').fill(account.password)
  await code.fill(recoveryCodes[0]!)
  await code.press('Enter')
  await page.waitForURL('/account')
  await show('confirm', observer)
  await visitor.context.close()
}

async function setUp(
  shop: Shop,
  browser: Browser,
): Promise<{ account: Account; app: AuthenticatorApp; recoveryCodes: string[] }> {
  const { visitor } = await enterShop(shop, browser)
  const account = await visitor.register(newAccount())
  const app = new AuthenticatorApp()
  await visitor.open('/account/second-factor')
  const recoveryCodes = await app.setUp(visitor.page)
  await visitor.logOut()
  await visitor.context.close()
  return { account, app, recoveryCodes }
}
