import { setTimeout as wait } from 'node:timers/promises'
import { Customer } from './customer.ts'

const address = {
  name: 'Robin Reader',
  address: '1 Long Lane',
  city: 'York',
  postcode: 'YO1 7HH',
  country: 'United Kingdom',
}

// What no server answers in this time is sent no more.
const PATIENCE_MS = 60_000

/** Somebody who buys without a browser, and sends a form again until it is answered. */
export class Buyer {
  readonly customer: Customer
  /** How often a page or a form had to be asked for again. */
  repeated = 0
  /** How often somebody who was logged in was asked to log in. */
  loggedOut = 0

  constructor(url: string) {
    this.customer = new Customer(url)
  }

  async logIn(email: string, password: string): Promise<void> {
    const { headers } = await this.#untilAnswered(() =>
      this.customer.post('/login', { email, password }),
    )
    if (headers.get('Location')?.startsWith('/login') !== false) {
      throw new Error(`${email} could not log in`)
    }
  }

  /** Puts so many copies of a book into the cart, whatever was in it, and answers the filled form. */
  async fillForm(bookId: number, quantity = 1): Promise<Record<string, string>> {
    const change = { [`quantity-${bookId}`]: String(quantity) }
    await this.#untilAnswered(() => this.customer.post('/cart', change))
    const page = await this.#untilAnswered(() => this.customer.get('/checkout'))
    if (page.headers.get('Location')?.startsWith('/login')) this.loggedOut++
    const form = /<form[^>]*action="\/checkout"[^]*?<\/form>/.exec(page.text)?.[0]
    if (form === undefined) throw new Error(`There is no form to order with: ${page.status}`)
    const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)]
    return { ...Object.fromEntries(hidden.map(([, name, value]) => [name, value])), ...address }
  }

  /** Sends the form until it is answered, and tells where the answer leads. */
  async order(form: Record<string, string>): Promise<string> {
    const { headers } = await this.#untilAnswered(() => this.customer.post('/checkout', form))
    return headers.get('Location') ?? ''
  }

  /** A server that goes away, in the midst of an answer perhaps, is asked again, as people do. */
  async #untilAnswered(ask: () => Promise<Response>): Promise<Answer> {
    for (const end = Date.now() + PATIENCE_MS; ;) {
      const answer = await answerTo(ask).catch(() => undefined)
      if (answer && answer.status < 500) return answer
      if (Date.now() > end) throw new Error(`It is answered with ${answer?.status ?? 'nothing'}`)
      this.repeated++
      await wait(50)
    }
  }
}

interface Answer {
  status: number
  headers: Headers
  text: string
}

async function answerTo(ask: () => Promise<Response>): Promise<Answer> {
  const response = await ask()
  const { status, headers } = response
  return { status, headers, text: await response.text() }
}
