import assert from 'node:assert/strict'
import { it } from 'node:test'
import { findBooksByIds, restoreBook, retireBook, updateBook } from '../../db/books.ts'
import type { Book } from '../../db/schema-books.ts'
import { insertTestBook } from '../../db/testing.ts'
import type { TestBrowser } from '../testing/browser.ts'
import type { TestPage } from '../testing/page.ts'
import { hiddenFields } from '../testing/passkey-authenticator.ts'
import { admin, onBothKinds } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'
import { twice } from '../testing/twice.ts'

interface Form {
  /** Where it stands and where it is sent. */
  page: string
  path: string
  change?: (shown: TestPage) => Record<string, string>
  /** What it leads to, and what it tells. */
  heading: string
  told: string
  /** Does the contrary, as somebody else may meanwhile. */
  undo: (shop: TestShop, id: number) => Promise<unknown>
  stands: (book: Book) => boolean
}

const forms: Record<string, Form> = {
  changes: {
    page: '',
    path: '',
    change: withStock,
    heading: 'Manage books',
    told: 'Dunes was saved.',
    undo: (shop, id) => updateBook(shop.db, id, { stock: 3 }),
    stands: ({ stock }) => stock === 7,
  },
  retires: {
    page: '/retire',
    path: '/retire',
    heading: 'Edit Dunes',
    told: 'Dunes was retired.',
    undo: (shop, id) => restoreBook(shop.db, id),
    stands: ({ retiredAt }) => retiredAt !== null,
  },
  restores: {
    page: '',
    path: '/restore',
    heading: 'Edit Dunes',
    told: 'Dunes is for sale again.',
    undo: (shop, id) => retireBook(shop.db, id, new Date(shop.now())),
    stands: ({ retiredAt }) => retiredAt === null,
  },
}

/** The form of a book as a browser sends it, with another number of copies. */
function withStock(shown: TestPage): Record<string, string> {
  const names = ['title', 'author', 'genre', 'description', 'price', 'stock', 'year', 'pages']
  const fields = names.flatMap((name) => {
    const value = shown.field(`seen-${name}`)!.value!
    return [
      [name, value],
      [`seen-${name}`, value],
    ]
  })
  return { ...Object.fromEntries(fields), stock: '7' }
}

/** Confirms the login for which a form waits, and answers how the browser sends it on. */
async function confirm(browser: TestBrowser, path: string, fields: Record<string, string>) {
  const asked = await browser.submit(path, fields)
  const proof = { ...hiddenFields(asked), password: admin.password }
  const confirmed = await browser.post('/confirm', proof)
  assert.equal(confirmed.status, 307)
  return { path: confirmed.location!, fields: proof }
}

onBothKinds('a form of an administrator', (open) => {
  async function openForm({ page, path }: Form) {
    const shop = await open()
    const { id } = await insertTestBook(shop.db, { title: 'Dunes', stock: 3 })
    if (path === '/restore') await retireBook(shop.db, id, new Date(shop.now()))
    const browser = shop.browser()
    await browser.login(admin)
    const shown = await browser.get(`/admin/books/${id}${page}`)
    return { shop, id, browser, shown, path: `/admin/books/${id}${path}` }
  }

  for (const [deed, form] of Object.entries(forms)) {
    for (const [way, sendTwice] of Object.entries(twice)) {
      it(`${deed} a book once, carried on with twice ${way}`, async () => {
        const { shop, id, browser, shown, path } = await openForm(form)
        const fields = { ...form.change?.(shown), ...hiddenFields(shown) }
        shop.pass(15 * 60 + 1)
        const next = await confirm(browser, path, fields)
        const answer = await sendTwice(browser, (from) => from.post(next.path, next.fields))
        const page = await browser.follow(answer)
        assert.deepEqual([page.heading, page.notices, page.alerts], [form.heading, [form.told], []])
        const [book] = await findBooksByIds(shop.db, [id])
        assert.ok(form.stands(book!))
      })
    }
  }

  for (const [deed, form] of Object.entries(forms)) {
    it(`${deed} no book a second time when it is carried on with again`, async () => {
      const { shop, id, browser, shown, path } = await openForm(form)
      const fields = { ...form.change?.(shown), ...hiddenFields(shown) }
      shop.pass(15 * 60 + 1)
      const next = await confirm(browser, path, fields)
      await browser.submit(next.path, next.fields)
      await form.undo(shop, id)
      await browser.submit(next.path, next.fields)
      const [book] = await findBooksByIds(shop.db, [id])
      assert.equal(form.stands(book!), false)
    })

    it(`${deed} a book again from a page that the browser has kept`, async () => {
      const { shop, id, browser, shown, path } = await openForm(form)
      const fields = { ...form.change?.(shown), ...hiddenFields(shown) }
      await browser.submit(path, fields)
      await form.undo(shop, id)
      assert.deepEqual((await browser.submit(path, fields)).notices, [form.told])
      const [book] = await findBooksByIds(shop.db, [id])
      assert.ok(form.stands(book!))
    })
  }
})
