import assert from 'node:assert/strict'
import { it } from 'node:test'
import { listLogins } from '../../db/logins.ts'
import { rowsOf } from '../../db/testing.ts'
import { findUserByEmail } from '../../db/users.ts'
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
})
