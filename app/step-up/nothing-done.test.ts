import assert from 'node:assert/strict'
import { it } from 'node:test'
import { findBooksByIds, updateBook } from '../../db/books.ts'
import type { TestBrowser } from '../testing/browser.ts'
import { hiddenFields } from '../testing/passkey-authenticator.ts'
import { admin, onBothKinds } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'
import { sentAlready } from './require-recent-login.ts'

const path = '/admin/books/1'
const typed = {
  title: 'Another title',
  author: 'Ana Areia',
  genre: 'Poetry',
  description: 'Sand, mostly.',
  stock: '7',
  year: '1998',
  pages: '120',
}

/** Sends a form that waits until the login is confirmed, and answers how the browser sends it on. */
async function carriedOn(shop: TestShop, browser: TestBrowser, form: Record<string, string>) {
  shop.pass(15 * 60 + 1)
  const asked = await browser.submit(path, form)
  const sent = { ...hiddenFields(asked), password: admin.password }
  const { location } = await browser.post('/confirm', sent)
  return () => browser.post(location!, sent)
}

onBothKinds('a form that was carried on with', (open) => {
  async function openForm() {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(admin)
    const page = await browser.get(path)
    const controls = page.forms.find(({ actions }) => actions.includes(path))!.controls
    const hidden = controls.filter(({ type }) => type === 'hidden')
    const seen = hidden.map(({ name, value }) => [name, value] as const)
    const form: Record<string, string> = { ...Object.fromEntries(seen), ...typed }
    return { shop, browser, form }
  }

  it('is not done where nothing came of it, and is answered the same when it comes again', async () => {
    const { shop, browser, form } = await openForm()
    const send = await carriedOn(shop, browser, { ...form, price: '12,5' })
    for (const time of ['first', 'again']) {
      const page = await send()
      assert.equal(page.status, 422, time)
      assert.deepEqual(page.field('price')!.errors, ['Enter a price such as 12.50.'], time)
      assert.equal(page.field('title')!.value, typed.title, time)
      form['kept'] = page.field('kept')!.value!
    }
    const saved = await browser.submit(path, { ...form, price: '12.50' })
    assert.deepEqual(saved.notices, ['Another title was saved.'])
    const late = await browser.follow(await send())
    assert.deepEqual([late.heading, late.alerts], ['Edit Another title', [sentAlready]])
  })

  it('is done once it was, and counts once', async () => {
    const { shop, browser, form } = await openForm()
    const send = await carriedOn(shop, browser, { ...form, price: '12.50' })
    const saved = await browser.follow(await send())
    assert.deepEqual(saved.notices, ['Another title was saved.'])
    assert.equal((await findBooksByIds(shop.db, [1]))[0]!.title, typed.title)
    await updateBook(shop.db, 1, { title: 'A third title' })
    const again = await browser.follow(await send())
    assert.deepEqual([again.notices, again.alerts], [saved.notices, []])
    assert.equal((await findBooksByIds(shop.db, [1]))[0]!.title, 'A third title')
  })
})
