import assert from 'node:assert/strict'
import { it } from 'node:test'
import { listLogins } from '../../db/logins.ts'
import { rowsOf } from '../../db/testing.ts'
import { findUserByEmail } from '../../db/users.ts'
import type { TestBrowser } from '../testing/browser.ts'
import { onBothKinds, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'

async function loginsOf({ db }: TestShop) {
  return await listLogins(db, (await findUserByEmail(db, reader.email))!.id)
}

onBothKinds('logging out on the account page', (open) => {
  it('is told only once it is done, also to the same form again', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(reader)
    const copy = browser.copy()
    const path = `/account/logins/${(await loginsOf(shop))[0]!.id}/remove`
    const formKey = (await browser.get('/account')).field('formKey')!.value!
    const fail = `begin select raise(abort, 'the disk is full'); end`
    await rowsOf(shop.db, `create temp trigger broken before delete on logins ${fail}`)
    assert.equal((await browser.post(path, { formKey })).status, 500)
    assert.equal((await browser.post(path, { formKey })).status, 500)
    assert.equal((await browser.get('/')).signedIn, true)

    await rowsOf(shop.db, 'drop trigger broken')
    assert.equal((await browser.post(path, { formKey })).location, '/login?signed-out')
    assert.deepEqual(await loginsOf(shop), [])
    assert.equal((await copy.get('/')).signedIn, false)
  })

  it('finds a browser that has confirmed its login since the page was opened', async () => {
    const shop = await open()
    const [here, there] = [shop.browser(), shop.browser({ userAgent: 'iPhone' })]
    for (const browser of [here, there]) await browser.login(reader)
    const path = await pathOf(here, /iPhone/)
    for (let time = 0; time < 2; time++) {
      const before = await idsOf(shop)
      await there.submit('/confirm', { password: reader.password })
      assert.notDeepEqual(await idsOf(shop), before)
    }
    const page = await here.submit(path)
    assert.deepEqual(page.notices, ['You have been logged out of 1 other browser.'])
    assert.equal((await there.get('/')).signedIn, false)

    await there.login(reader)
    const again = await here.submit(path)
    assert.deepEqual(again.notices, ['That login had ended already.'])
    assert.equal((await there.get('/')).signedIn, true)
  })

  it('logs out this browser, also where another tab has confirmed its login', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(reader)
    const path = await pathOf(browser, /This browser/)
    await browser.submit('/confirm', { password: reader.password })
    shop.pass(16 * 60)
    const answer = await browser.post(path)
    assert.equal(answer.location, '/login?signed-out')
    assert.equal((await browser.get('/')).signedIn, false)
    assert.deepEqual(await loginsOf(shop), [])
  })
})

async function idsOf(shop: TestShop) {
  return (await loginsOf(shop)).map(({ id }) => id).toSorted()
}

/** Where the button leads that logs out the browser whose row has these words. */
async function pathOf(browser: TestBrowser, words: RegExp): Promise<string> {
  const { html } = await browser.get('/account')
  const row = html.split('<li class="login">').find((text) => words.test(text))
  return / action="(\/account\/logins\/[^"]*)"/.exec(row!)![1]!
}
