import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { listLogins } from '../../db/logins.ts'
import { rowsOf } from '../../db/testing.ts'
import { findUserByEmail } from '../../db/users.ts'
import {
  addPasskey,
  askedOf,
  hiddenFields,
  PasskeyAuthenticator,
} from '../testing/passkey-authenticator.ts'
import { twice } from '../testing/twice.ts'
import { onEachStorage, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'

const path = '/account/passkeys'

async function loginsOf({ db }: TestShop) {
  return listLogins(db, (await findUserByEmail(db, reader.email))!.id)
}

onEachStorage('a form with a passkey', (open) => {
  for (const [way, sendTwice] of Object.entries(twice)) {
    describe(`sent twice ${way}`, () => {
      it('is added, renamed and removed once', async () => {
        const shop = await open()
        const browser = shop.browser()
        await browser.login(reader)
        const authenticator = new PasskeyAuthenticator(shop.config.publicOrigin)
        const form = hiddenFields(await browser.get(path))
        const credential = authenticator.create(await askedOf(browser, 'add'))
        const fields = { ...form, name: 'Phone', credential }
        const added = await browser.follow(
          await sendTwice(browser, (from) => from.post(path, fields)),
        )
        assert.match(added.notices.join(), /^The passkey “Phone” was added/)
        assert.equal((await rowsOf(shop.db, 'select * from passkeys')).length, 1)
        assert.equal((await loginsOf(shop)).length, 1)

        const one = `${path}/${authenticator.passkeys[0]!.id}`
        const name = { ...hiddenFields(added), name: 'Key' }
        const renamed = await browser.follow(
          await sendTwice(browser, (from) => from.post(`${one}/rename`, name)),
        )
        assert.deepEqual(renamed.notices, ['The passkey is called “Key”.'])

        const hidden = hiddenFields(renamed)
        const removed = await browser.follow(
          await sendTwice(browser, (from) => from.post(`${one}/remove`, hidden)),
        )
        assert.match(removed.notices.join(), /^The passkey was removed/)
        assert.equal(removed.signedIn, true)
        const told = (await shop.mails()).filter(({ text }) => text.includes('passkey was removed'))
        assert.equal(told.length, 1)
      })

      it('logs in once, and confirms once', async () => {
        const shop = await open()
        const authenticator = new PasskeyAuthenticator(shop.config.publicOrigin)
        const owner = shop.browser()
        await owner.login(reader)
        await addPasskey(owner, authenticator)
        await owner.post('/logout')

        const browser = shop.browser()
        await browser.post('/cart/items', { bookId: 1 })
        const form = hiddenFields(await browser.get('/login?returnTo=/orders'))
        const credential = authenticator.get(await askedOf(browser, 'login'))
        const fields = { ...form, remember: 'on', credential }
        const answer = await sendTwice(browser, (from) => from.post('/login/passkey', fields))
        assert.equal(answer.location, '/orders')
        const page = await browser.follow(answer)
        assert.deepEqual(page.notices, ['Welcome back, Robin Reader.'])
        assert.equal(page.cart, 'Cart, 1 item')
        assert.equal((await loginsOf(shop)).length, 1)

        shop.pass(16 * 60)
        const asked = await browser.get('/confirm?returnTo=/orders')
        const proof = authenticator.get(await askedOf(browser, 'confirm'))
        const confirmation = { ...hiddenFields(asked), credential: proof }
        const confirmed = await sendTwice(browser, (from) =>
          from.post('/confirm/passkey', confirmation),
        )
        assert.equal(confirmed.location, '/orders')
        assert.equal((await browser.follow(confirmed)).signedIn, true)
        assert.equal((await loginsOf(shop)).length, 1)
      })
    })
  }
})
