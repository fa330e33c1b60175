// Sends long texts wherever the shop reads text of anybody, one after the other, and tells what comes next:
// into each field of each form, into headers and addresses.
import { linkTo } from '../address/testing-mails.ts'
import { setSocketAddress } from '../middleware/client-address.ts'
import { setUpSecondFactor } from './authenticator.ts'
import type { TestBrowser } from './browser.ts'
import { admin, openTestShop, reader } from './shop.ts'

// What a server takes: 64 KiB of a form, 16 KiB of all headers and the address.
const LONGEST_FORM = 63_000
const LONGEST_HEADER = 15_000

// Letters, digits, marks and signs that patterns look for, and pairs that begin what they look for.
const pieces = [
  'a',
  '1',
  ' ',
  '\u0316\u0301',
  '字',
  '.',
  '-',
  '@',
  '%',
  '/',
  '=',
  ',',
  '"',
  '\n',
].concat(['a.', 'a@', 'a ', '0-', '://', 'www.', ';=', '::', 'Version/'])

// Without the panel of development, which tells much of each session.
const shop = await openTestShop({ production: true, publicOrigin: 'https://shop.example' })
const { publicOrigin } = shop.config

interface Form {
  action: string
  method: string
  fields: [name: string, value: string][]
}

function formsOf(html: string): Form[] {
  return [...html.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)].map(([, attributes, inside]) => ({
    action: attributeOf(attributes!, 'action') ?? '/',
    method: attributeOf(attributes!, 'method') ?? 'get',
    fields: [...inside!.matchAll(/<(?:input|textarea|select|button)([^>]*)>/g)].flatMap(
      ([, input]) => {
        const name = attributeOf(input!, 'name')
        return name === undefined ? [] : [[name, attributeOf(input!, 'value') ?? ''] as const]
      },
    ) as Form['fields'],
  }))
}

function attributeOf(attributes: string, name: string): string | undefined {
  const value = new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1]
  return value?.replaceAll('&amp;', '&').replaceAll('&quot;', '"')
}

/** Texts that are wrong at their end only: by themselves, and after what the field is meant to hold. */
function* textsFor(value: string, longest: number): Generator<string> {
  for (const piece of pieces) yield pump('', piece, longest)
  // Whatever it is made of may come again and again.
  const parts = [...value.matchAll(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu)].slice(-4)
  for (const { index } of parts) yield pump(value, value.slice(index), longest)
}

function pump(before: string, piece: string, longest: number): string {
  const size = new URLSearchParams({ '': piece }).toString().length - 1
  return `${before}${piece.repeat((longest - before.length) / size)}\0`
}

let address = 0

async function send(what: string, path: string, init: RequestInit & { cookie?: string }) {
  process.send?.(what)
  const { cookie = '', ...rest } = init
  const headers = new Headers({ Origin: publicOrigin, 'User-Agent': 'curl/8', ...init.headers })
  if (!headers.has('Cookie')) headers.set('Cookie', cookie)
  headers.set('Host', new URL(publicOrigin).host)
  const request = new Request(publicOrigin + path, { ...rest, headers })
  // Each from a network of its own, as one network may try so often only.
  setSocketAddress(request, `10.${(++address >> 8) & 255}.${address & 255}.1`)
  await (await shop.fetch(request)).arrayBuffer()
}

async function fillIn(form: Form, cookie: string): Promise<void> {
  const isPost = form.method === 'post'
  for (const [index, [name, value]] of form.fields.entries()) {
    for (const text of textsFor(value, isPost ? LONGEST_FORM : LONGEST_HEADER)) {
      const what = `${form.action} ${name}=${JSON.stringify(text.slice(-80))}`
      const fields = new URLSearchParams(form.fields.with(index, [name, text]))
      if (isPost) await send(what, form.action, { method: 'POST', body: fields, cookie })
      else await send(what, `${form.action}?${fields}`, { cookie })
    }
  }
}

const seen = new Set<string>()

/** Fills in the forms of pages that were not filled in before. */
async function fillInAll(
  open: () => TestBrowser | Promise<TestBrowser>,
  paths: (string | undefined)[],
): Promise<void> {
  for (const path of paths) {
    if (path === undefined) continue // no mail came
    // A form that was taken for right may have logged out.
    const browser = await open()
    for (const form of formsOf((await browser.get(path)).html)) {
      const key = [form.action.replace(/\?.*|\d+/, ''), ...form.fields.map(([name]) => name)].join()
      if (form.action === '/logout' || seen.has(key)) continue
      seen.add(key)
      await fillIn(form, browser.cookieHeader)
    }
  }
}

const nobody = shop.browser
const as = (person: typeof reader) => async () => {
  const browser = shop.browser()
  await browser.login(person)
  return browser
}

await shop.browser().post('/reset-password', { email: reader.email })
const reset = await linkTo(shop, reader.email)
const shopping = async () => {
  const browser = shop.browser()
  await browser.post('/cart/items', { bookId: 1 })
  return browser
}
await fillInAll(shopping, ['/', '/books', '/books/1', '/cart', '/checkout'])
await fillInAll(nobody, ['/login', '/register', '/reset-password', reset])

const customer = await as(reader)()
await customer.post('/account/email', { email: 'robin@example.com' })
const confirm = await linkTo(shop, 'robin@example.com')
await fillInAll(as(reader), ['/account', '/account/email', '/account/passkeys', confirm])
await fillInAll(as(reader), ['/confirm?returnTo=/account', '/account/second-factor'])
await fillInAll(as(admin), ['/admin/books', '/admin/books/new', '/admin/books/1'])
await fillInAll(as(admin), ['/admin/customers'])

const protectedOne = await as(admin)()
await setUpSecondFactor(shop, protectedOne)
await fillInAll(() => protectedOne, ['/confirm?returnTo=/account', '/account/second-factor'])
await fillInAll(as(admin), ['/login/code'])

const names = ['Accept', 'Accept-Encoding', 'Authorization', 'Content-Type', 'Cookie', 'Forwarded']
  .concat(['If-Modified-Since', 'If-None-Match', 'Origin', 'Purpose', 'Range', 'Referer'])
  .concat(['Sec-Fetch-Site', 'Sec-Secure-Session-Id', 'Secure-Session-Response', 'User-Agent'])
const visitor = await as(reader)()
const session = visitor.cookieHeader.split('; ')
for (const name of names) {
  const values = name === 'Cookie' ? session : ['text/html;q=0.5, a/b', 'bytes=0-1']
  for (const value of values) {
    for (const text of textsFor(value, LONGEST_HEADER)) {
      if (/[^\x20-\xff]/.test(text.slice(0, -1))) continue
      const headers = { [name]: text.slice(0, -1) + '!' }
      const what = `${name}: ${JSON.stringify(headers[name]!.slice(-80))}`
      const cookie = visitor.cookieHeader
      await send(what, '/account', { headers, cookie })
      await send(what, '/styles.css', { headers })
      await send(what, '/device-binding', { method: 'POST', body: 'a=b', headers, cookie })
      await send(what, '/cart/items', { method: 'POST', body: 'bookId=1', headers, cookie })
    }
  }
}

for (const path of ['/', '/books/', '/covers/', '/orders/', '/reset-password/', '/admin/books/']) {
  for (const text of textsFor('1', LONGEST_HEADER)) {
    await send(`${path} ${JSON.stringify(text.slice(-20))}`, path + encodeURI(text), {})
  }
}
process.send?.('the end')
