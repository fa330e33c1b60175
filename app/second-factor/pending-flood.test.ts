import assert from 'node:assert/strict'
import { it } from 'node:test'
import { onBothKinds, reader } from '../testing/shop.ts'
import { beginLogin, protectedShop } from './testing-login.ts'

onBothKinds('a login that waits for a code', (open) => {
  it('goes on while others who know the password begin many, from other lines', async () => {
    const { shop, app } = await protectedShop(open)
    const owner = shop.browser({ address: '198.51.100.1' })
    const formKey = await beginLogin(owner)
    for (let n = 0; n < 12; n += 1) {
      await shop.browser({ address: `10.0.${n}.1` }).submit('/login', { ...reader })
    }
    const end = await owner.submit('/login/code', { code: app.code(), formKey })
    assert.equal(end.signedIn, true)
  })

  it('is begun ten times in a while from one line, and half of that counts for the neighbours', async () => {
    const { shop } = await protectedShop(open)
    const begin = (address: string) => shop.browser({ address }).post('/login', { ...reader })
    for (let n = 0; n < 10; n += 1) assert.equal((await begin('10.0.0.1')).status, 303)
    const refused = await begin('10.0.0.1')
    assert.equal(refused.status, 429)
    assert.match(refused.alerts.join(), /^Too many attempts/)
    assert.equal(refused.field('email')!.value, reader.email)
    assert.ok(Number(refused.headers.get('Retry-After')) > 0)
    assert.equal((await begin('10.0.0.2')).status, 303)
  })

  it('is not counted once the code was given, and apart where the owner was logged in before', async () => {
    const { shop, owner, app } = await protectedShop(open)
    for (let n = 0; n < 12; n += 1) {
      const browser = shop.browser({ address: '10.0.0.1' })
      const formKey = await beginLogin(browser)
      shop.pass(60)
      const end = await browser.submit('/login/code', { code: app.code(), formKey })
      assert.equal(end.signedIn, true)
    }
    await owner.post('/logout')
    for (let n = 0; n < 11; n += 1) await shop.browser().post('/login', { ...reader })
    assert.equal((await shop.browser().post('/login', { ...reader })).status, 429)
    await beginLogin(owner)
  })

  it('is not counted either, once the code was given, where the owner was logged in before', async () => {
    const { shop, owner, app } = await protectedShop(open)
    for (let n = 0; n < 11; n += 1) {
      await owner.post('/logout')
      const formKey = await beginLogin(owner)
      shop.pass(60)
      const end = await owner.submit('/login/code', { code: app.code(), formKey })
      assert.equal(end.signedIn, true)
    }
  })

  it('is counted once for a form sent twice, and neither sending is refused before the other', async () => {
    const { shop } = await protectedShop(open)
    const address = '192.0.2.1'
    const sendTwice = async () => {
      const browser = shop.browser({ address })
      const formKey = (await browser.get('/login')).field('formKey')!.value!
      const sent = [1, 2].map(() => browser.copy().post('/login', { ...reader, formKey }))
      return (await Promise.all(sent)).map(({ status }) => status)
    }
    for (let begun = 1; begun <= 10; begun += 1) assert.deepEqual(await sendTwice(), [303, 303])
    assert.deepEqual(await sendTwice(), [429, 429])
  })
})
