import type { BrowserContext, Cookie, Page, Response } from 'playwright'
import { expect } from 'playwright/test'
import { cookieNameAt } from './cookie-name.ts'
import { newAccount } from './accounts.ts'
import type { Account } from './accounts.ts'
import { ShopRequests } from './shop-requests.ts'
import type { SessionReport } from './shop-requests.ts'

/**
 * Somebody at a page of the shop, who clicks and types as people do there. Whoever only has to get
 * somewhere goes `byRequest`.
 */
export class Visitor {
  readonly page: Page
  readonly #origin: string | undefined

  /** @param origin Where the shop is, for who goes `byRequest` before a page is open */
  constructor(page: Page, origin?: string) {
    this.page = page
    this.#origin = origin
  }

  /** The same session without the clicks: requests with the cookies of this browser. */
  get byRequest(): ShopRequests {
    return new ShopRequests(this.context.request, this.#shop)
  }

  get #shop(): string {
    return this.#origin ?? new URL(this.page.url()).origin
  }

  get context(): BrowserContext {
    return this.page.context()
  }

  async open(path: string): Promise<Response | null> {
    return this.page.goto(path)
  }

  /** The same browser with another tab. The one before is behind it: see `comeToFront`. */
  async openTab(): Promise<Visitor> {
    return new Visitor(await this.context.newPage(), this.#origin)
  }

  /** A click waits for frames to be drawn, and a tab behind another draws one every two seconds. */
  async comeToFront(): Promise<void> {
    await this.page.bringToFront()
  }

  async addToCart(book: { slug: string }, quantity = 1): Promise<void> {
    await this.open(`/books/${book.slug}`)
    const main = this.page.getByRole('main')
    await main.getByLabel('Copies').fill(String(quantity))
    // The book's own; below it stand those of its neighbours, which are named.
    await main.getByRole('button', { name: 'Add to cart', exact: true }).click()
    // Without JavaScript the address keeps the mark of the first cookie.
    await expect(this.page).toHaveURL(/\/cart(\?cookie-check=)?$/)
  }

  /** Fills in the login form of the page that is open and sends it. */
  async submitLogin({ email, password }: Pick<Account, 'email' | 'password'>): Promise<void> {
    const main = this.page.getByRole('main')
    await main.getByLabel('E-mail').fill(email)
    await main.getByLabel('Password').fill(password)
    await main.getByRole('button', { name: 'Log in' }).click()
  }

  async logIn(account: Account): Promise<void> {
    await this.open('/login')
    await this.submitLogin(account)
    await this.expectSignedIn(account)
  }

  async register(account = newAccount()): Promise<Account> {
    await this.open('/register')
    const main = this.page.getByRole('main')
    await main.getByLabel('Name').fill(account.name)
    await main.getByLabel('E-mail').fill(account.email)
    await main.getByLabel('Password').fill(account.password)
    await main.getByRole('button', { name: 'Create account' }).click()
    await this.expectSignedIn(account)
    return account
  }

  /** Follows the link in the latest mail to an address, which the development outbox has. */
  async followMail(email: string, subject: string): Promise<string> {
    const outbox = await (await this.byRequest.get('/outbox')).text()
    const mail = outbox.split('<article').find((part) => part.includes(`To ${email},`))
    expect(mail).toContain(`<h2>${subject}</h2>`)
    const link = /<a href="([^"]+)">/.exec(mail!)![1]!
    expect(new URL(link).origin).toBe(new URL(this.#shop).origin)
    await this.open(link)
    return link
  }

  async logOut(): Promise<void> {
    await this.page.getByRole('button', { name: 'Log out', exact: true }).click()
    await expect(this.page).toHaveURL('/login?signed-out')
  }

  async fillAddress(): Promise<void> {
    await this.page.getByLabel('Street and number').fill('Bag End 1')
    await this.page.getByLabel('Postcode').fill('SH1 1RE')
    await this.page.getByLabel('Town or city').fill('Hobbiton')
    await this.page.getByLabel('Country').fill('The Shire')
  }

  /** Buys what is in the cart, and is on the page of the order then. */
  async checkOut(): Promise<void> {
    await this.open('/checkout')
    await this.fillAddress()
    await this.page.getByRole('button', { name: /^Place order/ }).click()
    await expect(this.page).toHaveURL(/\/orders\/\d+$/)
  }

  /**
   * Sends the form of the checkout without an account.
   *
   * @param meanwhile What happens between the look at the form and its answer
   */
  async orderAsGuest(meanwhile?: () => Promise<void>): Promise<void> {
    await this.open('/checkout')
    await meanwhile?.()
    await this.page.getByLabel('E-mail').fill('guest@example.com')
    await this.page.getByLabel('Full name').fill('A Guest')
    await this.fillAddress()
    await this.page.getByRole('button', { name: /^Place order/ }).click()
    await this.page.waitForLoadState()
  }

  async expectSignedIn({ name }: Pick<Account, 'name'>): Promise<void> {
    const nav = this.page.getByRole('navigation', { name: 'Your account' })
    await expect(nav.getByRole('link', { name })).toBeVisible()
  }

  async expectSignedOut(): Promise<void> {
    await expect(this.page.getByRole('banner').getByRole('link', { name: 'Log in' })).toBeVisible()
    await expect(this.page.getByRole('button', { name: 'Log out', exact: true })).toHaveCount(0)
  }

  async expectInCart(items: string): Promise<void> {
    await expect(this.page.getByRole('link', { name: `Cart, ${items}`, exact: true })).toBeVisible()
  }

  /** The session cookie in the jar. */
  async cookie(): Promise<Cookie | undefined> {
    const cookies = await this.context.cookies()
    return cookies.find(({ name }) => name === cookieNameAt(this.#shop))
  }

  /** Puts a cookie from earlier back, as a thief would who had copied it. */
  async replay(cookie: Cookie): Promise<void> {
    await this.context.clearCookies()
    await this.presentCookie(cookie, this.#shop)
  }

  async presentCookie({ name, value }: Cookie, origin: string): Promise<void> {
    await this.context.addCookies([{ name, value, url: origin }])
  }

  /** What the server has in this browser's session. Asking changes nothing. */
  async session(): Promise<SessionReport> {
    return this.byRequest.session()
  }
}
