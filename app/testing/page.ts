/** What came back, as a person sees it. */
export interface TestPage {
  readonly status: number
  readonly headers: Headers
  /** Those of the session. */
  readonly setCookies: string[]
  /** Where a redirect leads. */
  readonly location: string | null
  readonly html: string
  /** All that can be read on it, on one line. */
  readonly text: string
  readonly heading: string | undefined
  /** The messages about what was done, in `role="status"`. */
  readonly notices: string[]
  /** The messages about what went wrong, in `role="alert"`. */
  readonly alerts: string[]
  /** What the link to the cart is called. */
  readonly cart: string | undefined
  /** Whether there is a form to log out with. */
  readonly signedIn: boolean
  /** The names of all tags in their order: what escaping keeps as it is. */
  readonly tags: string
  readonly forms: TestForm[]
  field(name: string): TestField | undefined
}

interface TestForm {
  /** Where its buttons send it. */
  actions: string[]
  controls: TestControl[]
}

export interface TestControl {
  name: string
  type: string
  /** What it holds; `''` for a box that is not ticked. */
  value: string
}

interface TestField {
  value: string | undefined
  /** The texts that it is tied to by `aria-describedby`, if it is marked as wrong. */
  errors: string[]
}

export async function readPage(response: Response): Promise<TestPage> {
  const html = await response.text()
  let read: TestElement[] | undefined
  const elements = () => (read ??= readElements(html))
  function textsWith(attribute: string, value: string): string[] {
    return elements()
      .filter(({ attributes }) => attributes[attribute] === value)
      .map(({ tag, rest }) => textOf(rest.slice(0, rest.indexOf(`</${tag}>`))))
  }

  // What is not asked for is not looked for: most pages are only steps to another.
  return {
    status: response.status,
    headers: response.headers,
    setCookies: response.headers.getSetCookie().filter((cookie) => !isOfDevice(cookie)),
    location: response.headers.get('Location'),
    html,
    get text() {
      return textOf(html)
    },
    get heading() {
      return /<h1[^>]*>(.*?)<\/h1>/s.exec(html)?.slice(1).map(textOf)[0]
    },
    get notices() {
      return textsWith('role', 'status')
    },
    get alerts() {
      return textsWith('role', 'alert')
    },
    get cart() {
      const link = elements().find(({ attributes }) => attributes['class'] === 'cart-link')
      return link?.attributes['aria-label']
    },
    get signedIn() {
      return elements().some(({ attributes }) => attributes['action'] === '/logout')
    },
    get tags() {
      return [...html.matchAll(/<\/?[a-z!][^\s>]*/gi)].join('')
    },
    get forms() {
      return elements()
        .filter(({ tag }) => tag === 'form')
        .map(readForm)
    },
    field(name) {
      const input = elements().find(
        ({ tag, attributes }) => /^(input|textarea)$/.test(tag) && attributes['name'] === name,
      )
      if (!input) return undefined
      const {
        value,
        'aria-invalid': invalid,
        'aria-describedby': describedBy = '',
      } = input.attributes
      const ids = invalid === 'true' ? describedBy.split(' ') : []
      return { value, errors: ids.flatMap((id) => textsWith('id', id)) }
    },
  }
}

interface TestElement {
  tag: string
  attributes: Record<string, string>
  /** What stands behind its first tag. */
  rest: string
}

function readElements(html: string): TestElement[] {
  return [...html.matchAll(/<(\w+)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*\/?>/g)].map(
    ({ 0: whole, 1: tag = '', 2: attributes = '', index }) => ({
      tag,
      attributes: readAttributes(attributes),
      rest: html.slice(index + whole.length),
    }),
  )
}

function readForm({ attributes: { action = '' }, rest }: TestElement): TestForm {
  const inside = readElements(rest.slice(0, rest.indexOf('</form>')))
  const others = inside.flatMap(({ attributes }) => attributes['formaction'] ?? [])
  const controls = inside.filter(({ tag }) => /^(input|textarea)$/.test(tag))
  return { actions: [action, ...new Set(others)], controls: controls.map(readControl) }
}

function readControl({ tag, attributes, rest }: TestElement): TestControl {
  const { name = '', type = tag, value = '', checked } = attributes
  // The line break after the tag is the one that HTML drops.
  const text = () => unescapeHtml(rest.slice(0, rest.indexOf('</textarea>'))).replace(/^\n/, '')
  if (tag === 'textarea') return { name, type, value: text() }
  return { name, type, value: type !== 'checkbox' ? value : checked === undefined ? '' : 'on' }
}

function isOfDevice(setCookie: string): boolean {
  return /^(__Host-)?(device(-\d+)?=|bound-)/.test(setCookie)
}

function readAttributes(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, name, value = '']) => [
      name,
      unescapeHtml(value),
    ]),
  )
}

function textOf(html: string): string {
  // Which keeps words apart from others, and puts no space between them.
  const joined = html.replaceAll(/<\/?bdi>/g, '')
  return unescapeHtml(joined.replaceAll(/<[^>]*>/g, ' '))
    .replaceAll(/\s+/g, ' ')
    .trim()
}

const entities: Record<string, string> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
}

function unescapeHtml(text: string): string {
  return text.replaceAll(/&(?:(?:lt|gt|quot|#39|amp)|#(\d+));/g, (entity, code) => {
    return entities[entity] ?? String.fromCodePoint(Number(code))
  })
}
