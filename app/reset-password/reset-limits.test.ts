import assert from 'node:assert/strict'
import { it } from 'node:test'
import { onBothKinds, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'

async function countLinks(shop: TestShop): Promise<number> {
  const mails = await shop.mails()
  return mails.filter(({ subject }) => subject.startsWith('Your new password')).length
}

onBothKinds('the mails of a password reset', (open) => {
  it('are not used up by who has the address of another one registered again and again', async () => {
    const shop = await open({ registration: 'confirm' })
    const stranger = { name: 'Nora', email: reader.email, password: 'a chair by the sea' }
    for (let n = 0; n < 12; n += 1) {
      await shop.browser({ address: `10.0.${n >> 1}.1` }).post('/register', stranger)
    }
    await shop.browser().post('/reset-password', { email: reader.email })
    assert.equal(await countLinks(shop), 1)
  })

  it('are not used up by one form, however often it is sent', async () => {
    const shop = await open()
    const browser = shop.browser()
    const formKey = (await browser.get('/reset-password')).field('formKey')!.value!
    for (let n = 0; n < 4; n += 1) {
      await browser.post('/reset-password', { email: reader.email, formKey })
    }
    assert.equal(await countLinks(shop), 1)
    await browser.post('/reset-password', { email: reader.email })
    assert.equal(await countLinks(shop), 2)
  })

  it('are not used up for the neighbours of who asks for many', async () => {
    const shop = await open()
    for (let n = 0; n < 20; n += 1) {
      const browser = shop.browser({ address: '192.0.2.1' })
      await browser.post('/reset-password', { email: `${n}@example.com` })
    }
    const neighbour = shop.browser({ address: '192.0.2.2' })
    await neighbour.post('/reset-password', { email: reader.email })
    assert.equal(await countLinks(shop), 1)
  })
})
