import { setTimeout as wait } from 'node:timers/promises'
import { servedBy } from './balancer.ts'
import { Customer } from './customer.ts'
import { reader } from './accounts.ts'

// From this one on there are copies enough.
const FIRST_BOOK = 4

// What nobody stops ends by itself.
const MOST_REQUESTS = 20_000

/**
 * Customers who are logged in and change their carts on and on, until `stop`. They share an account,
 * and so a cart: each has a book of it.
 */
export class Load {
  readonly customers: number
  requests = 0
  /** When each request was answered, how, and by the server of which port. */
  readonly answers: { at: number; status: number; tookMs: number; port: number }[] = []
  /** What was wrong with requests that were not answered, or not as they should have been. */
  readonly errors: string[] = []
  /** Customers who were logged out, or whose book in the cart was not as they had left it. */
  lostSessions = 0
  readonly #pause: number
  readonly #stopped = new AbortController()
  readonly #ends: Promise<void>[]

  private constructor(customers: Customer[], pause: number) {
    this.customers = customers.length
    this.#pause = pause
    this.#ends = customers.map((customer, index) => this.#shopOnAndOn(customer, FIRST_BOOK + index))
  }

  /**
   * Logs the customers in and lets them go.
   *
   * @param pause Milliseconds between two changes of a customer
   */
  static async start(url: string, customers: number, pause = 0): Promise<Load> {
    const signedIn: Customer[] = []
    while (signedIn.length < customers) {
      // One after the other: many logins of one account at once look like guessing.
      const customer = new Customer(url)
      const { status } = await customer.post('/login', { ...reader })
      if (status !== 303) throw new Error(`A customer could not log in: ${status}`)
      signedIn.push(customer)
    }
    return new Load(signedIn, pause)
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await Promise.all(this.#ends)
  }

  async #shopOnAndOn(customer: Customer, bookId: number): Promise<void> {
    for (let quantity = 1; !this.#isOver; quantity = (quantity % 5) + 1) {
      const change = { [`quantity-${bookId}`]: String(quantity) }
      const saved = await this.#ask(303, customer.post('/cart', change))
      const page = await this.#ask(200, customer.get('/cart'))
      if (saved !== null && page !== null && !isIntact(page, bookId, quantity)) {
        this.lostSessions++
        return
      }
      await wait(this.#pause)
    }
    await customer.post('/logout').catch(() => {})
  }

  get #isOver(): boolean {
    return this.#stopped.signal.aborted || this.requests >= MOST_REQUESTS
  }

  /** The text of the answer, or `null` where that is an error. */
  async #ask(status: number, asked: Promise<Response>): Promise<string | null> {
    this.requests++
    const begun = Date.now()
    try {
      const answer = await asked
      const text = await answer.text()
      const at = Date.now()
      const port = servedBy(answer.headers)
      this.answers.push({ at, status: answer.status, tookMs: at - begun, port })
      if (answer.status === status) return text
      this.errors.push(`${answer.status} instead of ${status}`)
    } catch (error) {
      this.errors.push(String(error))
    }
    return null
  }
}

function isIntact(page: string, bookId: number, quantity: number): boolean {
  const field = new RegExp(`name="quantity-${bookId}"\\s+value="${quantity}"`)
  return page.includes('Log out') && field.test(page)
}
