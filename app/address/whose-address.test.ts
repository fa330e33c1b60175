import assert from 'node:assert/strict'
import { it } from 'node:test'
import { onBothKinds, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'
import { linkTo, subjectsTo } from './testing-mails.ts'
import { shop as words } from '../ui/shop.ts'

const nora = { name: 'Nora', email: 'nora@example.com', password: 'a chair by the sea' }

/** The ways that the latest mail to an address offers beside its own link. */
async function waysFor(shop: TestShop, email: string): Promise<string[]> {
  const { text } = (await shop.mails()).find(({ to }) => to === email)!
  const links = text.match(/https?:\S+/g)!.map((link) => new URL(link).pathname)
  return links.filter((path) => !path.startsWith('/confirm-email/'))
}

onBothKinds('whoever reads a mail that somebody else caused', (open) => {
  it('is led to a new password where an account has the address, and gets an account by it', async () => {
    const shop = await open()
    const stranger = shop.browser()
    await stranger.submit('/register', nora)
    assert.deepEqual(await waysFor(shop, nora.email), ['/reset-password'])
    const other = shop.browser()
    await other.login(reader)
    for (const browser of [stranger, other]) {
      await browser.post('/account/email', { email: nora.email })
      assert.deepEqual(await waysFor(shop, nora.email), ['/reset-password'])
    }
    await shop.browser().post('/reset-password', { email: nora.email })
    assert.equal((await subjectsTo(shop, nora.email))[0], `Your new password for ${words.name}`)
  })

  it('is led to the registration where no account has the address, and gets an account by it', async () => {
    const shop = await open()
    const stranger = shop.browser()
    await stranger.login(reader)
    await stranger.post('/account/email', { email: nora.email })
    assert.deepEqual(await waysFor(shop, nora.email), ['/register'])
    const link = (await linkTo(shop, nora.email))!
    const owner = shop.browser()
    const page = await owner.get(link)
    assert.match(page.text, /It is theirs only if you confirm it\./)
    assert.match(page.html, /href="\/register"/)
    assert.equal((await owner.submit('/register', nora)).signedIn, true)
  })
})
