import type { TestBrowser } from './browser.ts'
import { byAge } from './by-age.ts'
import type { Delivery } from './lossy-browser.ts'
import type { TestPage } from './page.ts'

const NAMES = ['title', 'author', 'genre', 'description', 'price', 'stock', 'year', 'pages']

/** The forms of the shop's books that its staff has open. */
export class StaffForms {
  readonly #staff: TestBrowser
  /** Copies of each book. */
  readonly #stock: Map<number, number>
  readonly #forms: TestPage[] = []

  constructor(staff: TestBrowser, stock: Map<number, number>) {
    this.#staff = staff
    this.#stock = stock
  }

  async open(bookId: number): Promise<void> {
    this.#forms.push(await this.#staff.get(`/admin/books/${bookId}`))
  }

  /** Saves one with that many copies more than it showed. */
  async save(age: number, more: number, delivery: Delivery): Promise<void> {
    const form = byAge(this.#forms, age)
    if (!form) return
    const seen = [...NAMES, 'featured'].map((name) => [name, form.field(`seen-${name}`)!.value!])
    const fields: Record<string, string> = Object.fromEntries(
      seen.flatMap(([name, value]) => [
        [name, value],
        [`seen-${name}`, value],
      ]),
    )
    delete fields['featured']
    const stock = Number(fields['stock']) + more
    const path = /\/admin\/books\/\d+(?=")/.exec(form.html)![0]
    for (let times = delivery === 'doubled' ? 2 : 1; times > 0; times--) {
      const description = `With ${stock} copies`
      const { status } = await this.#staff.post(path, { ...fields, stock, description })
      if (status === 303 && more > 0) this.#stock.set(Number(path.slice(13)), stock)
    }
  }
}
