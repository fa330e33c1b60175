import assert from 'node:assert/strict'
import { loadSession } from 'remix/session-middleware'
import { guestIdOf } from '../cart/guest-cart.ts'
import type { TestBrowser } from './browser.ts'
import type { Buyer } from './order-ledger.ts'
import type { TestPage } from './page.ts'
import { assertNothingOf } from './person.ts'
import type { Person } from './person.ts'
import type { TestShop } from './shop.ts'
import { holdNextSave } from './slow-save.ts'

/** What becomes of the answer to a form. Whatever that is, the form itself has arrived. */
export type Delivery =
  | 'answered'
  /** It is lost: the browser learns nothing. */
  | 'dropped'
  /** The form is sent twice at once, and the second answer is shown. */
  | 'doubled'
  /** It comes after the answer to the next form. */
  | 'late'

interface SendOptions {
  /** Who may be logged in by it, where that may change. */
  maybeSignedIn?: (Person | null)[]
  /** Whom it logs in. */
  signsIn?: Person | null
  /** Whose name and address are in it, beside those of the sender. */
  typed?: Person
}

/** A browser that loses answers, or gets them late or twice, and knows who may be logged in by then. */
export class LossyBrowser {
  readonly browser: TestBrowser
  /** All whose data is in the shop, and shown to nobody else. */
  readonly everybody: Person[] = []
  readonly #shop: TestShop
  /** As far as lost and late answers leave it open. */
  #maybeSignedIn = new Set<Person | null>([null])
  #late: (() => void)[] = []

  constructor(shop: TestShop, address: string) {
    this.#shop = shop
    this.browser = shop.browser({ address })
  }

  get isUpToDate(): boolean {
    return this.#late.length === 0
  }

  async send(
    path: string,
    fields: Record<string, string | number>,
    delivery: Delivery,
    { maybeSignedIn, signsIn = null, typed }: SendOptions = {},
  ): Promise<TestPage> {
    const owed = this.#late
    this.#late = []
    const sender = await this.whoIsSignedIn()
    const copies = Array.from({ length: delivery === 'doubled' ? 2 : 1 }, () =>
      this.browser.copy().post(path, fields),
    )
    const answers = await Promise.all(copies)
    for (const { status, html } of answers) {
      assert.ok(status < 500, html)
      for (const person of this.everybody) {
        if (![sender, signsIn, typed].includes(person)) assertNothingOf(person, html)
      }
    }
    const answer = answers.at(-1)!
    if (delivery === 'late') {
      this.#late.push(() => {
        this.#receive(answer)
        this.#maybeSignedIn.add(signsIn).add(null)
      })
    } else if (delivery !== 'dropped') {
      this.#receive(answer)
    }
    if (maybeSignedIn) this.#maybeSignedIn = new Set(maybeSignedIn)
    for (const arrive of owed) arrive()
    return answer
  }

  /** Sends a form, and has the shop wait with its session until the answer is asked for. */
  async sendSlowly(
    path: string,
    fields: Record<string, string | number>,
    signsIn: Person | null = null,
  ): Promise<() => Promise<TestPage>> {
    const { held, release } = holdNextSave(this.#shop.sessions.storage)
    const answer = this.browser.copy().post(path, fields)
    await Promise.race([held, answer])
    return async () => {
      release()
      const page = await answer
      this.#receive(page)
      // Where it began a session, its cookie replaces that of a login which was faster.
      if (page.setCookies.length > 0) this.#maybeSignedIn.add(signsIn).add(null)
      return page
    }
  }

  #receive({ setCookies }: TestPage): void {
    for (const cookie of setCookies) this.browser.receive(cookie)
  }

  /** The login of a person has ended, if it was here. */
  noteSignedOut(person: Person): void {
    if (this.#maybeSignedIn.delete(person)) this.#maybeSignedIn.add(null)
  }

  /** The login of anybody here may have ended. */
  noteMaybeSignedOut(): void {
    this.#maybeSignedIn.add(null)
  }

  async whoIsSignedIn(): Promise<Person | null> {
    const person = await this.#whoIsAt(this.browser)
    const names = [...this.#maybeSignedIn].map((maybe) => maybe?.name ?? 'nobody')
    assert.ok(
      this.#maybeSignedIn.has(person),
      `${person?.name ?? 'nobody'} is logged in and should be ${names.join(' or ')}`,
    )
    return person
  }

  /** Who would order, in this browser or with a copy of its cookies. */
  async buyer(browser = this.browser): Promise<Buyer> {
    const person = await this.#whoIsAt(browser)
    const { cookie, storage } = this.#shop.sessions
    const session = await loadSession(cookie, storage, browser.cookieHeader)
    return { person, guestId: person ? undefined : guestIdOf(session) }
  }

  async #whoIsAt(browser: TestBrowser): Promise<Person | null> {
    const page = await browser.get('/')
    const found = this.everybody.filter(({ name }) => page.html.includes(`<bdi>${name}</bdi></a`))
    assert.ok(found.length <= 1)
    const person = found[0] ?? null
    assert.equal(page.signedIn, person !== null)
    return person
  }
}
