import assert from 'node:assert/strict'
import { it } from 'node:test'
import { listLogins } from '../../db/logins.ts'
import { findUserByEmail } from '../../db/users.ts'
import { setUpSecondFactor } from '../testing/authenticator.ts'
import { admin, onBothKinds, reader } from '../testing/shop.ts'

onBothKinds('the logins of a customer', (open) => {
  it('are shown to staff by the address, and ended everywhere, pending ones as well', async () => {
    const shop = await open()
    const customer = shop.browser({ userAgent: 'curl/8' })
    await customer.login(reader)
    const app = await setUpSecondFactor(shop, customer)
    const pending = shop.browser()
    const code = await pending.submit('/login', { ...reader })
    const staff = shop.browser()
    await staff.login(admin)
    const page = await staff.get('/admin/customers?email=Reader@example.com')
    assert.match(
      page.text,
      /Robin Reader curl Since .*, last seen .* UTC , from an address that starts with 192\.0\.2 End/,
    )
    const path = /action="(\/admin\/customers\/\d+\/logins\/end)"/.exec(page.html)![1]!
    const fields = { formKey: page.field('formKey')!.value! }
    const answers = await Promise.all([staff.post(path, fields), staff.post(path, fields)])
    for (const { location } of answers) assert.match(location!, /^\/admin\/customers\?email=/)
    const end = await staff.follow(answers[1])
    assert.deepEqual(end.notices, ['Robin Reader is logged out of 1 browser.'])
    assert.match(end.text, /Not logged in anywhere/)
    assert.equal((await customer.get('/')).signedIn, false)
    const formKey = code.field('formKey')!.value!
    const late = await pending.submit('/login/code', { code: app.code(1), formKey })
    assert.equal(late.heading, 'Log in')
    assert.equal((await staff.get('/')).signedIn, true)
  })

  it('are nobody else’s business, and want a login of a moment ago', async () => {
    const shop = await open()
    const { id } = (await findUserByEmail(shop.db, reader.email))!
    const path = `/admin/customers/${id}/logins/end`
    const customer = shop.browser()
    await customer.login(reader)
    assert.equal((await customer.get(`/admin/customers?email=${admin.email}`)).status, 403)
    assert.equal((await customer.post(path)).status, 403)
    const staff = shop.browser()
    await staff.login(admin)
    const nobody = await staff.get('/admin/customers?email=x@y.z')
    assert.match(nobody.alerts.join(), /No account has this address/)
    assert.match(nobody.html, /<title>Error: .* role="alert" tabindex="-1" autofocus/s)
    assert.doesNotMatch((await staff.get('/admin/customers')).html, /role="alert"|Error: /)
    assert.equal((await staff.post('/admin/customers/0/logins/end')).status, 404)
    shop.pass(16 * 60)
    assert.match((await staff.post(path)).location!, /^\/confirm\?/)
    assert.equal((await listLogins(shop.db, id)).length, 1)
  })

  it('of the admin end but for this one, and what had run out is not counted', async () => {
    const shop = await open()
    await shop.browser().login(admin)
    shop.pass(3 * 60 * 60)
    const other = shop.browser()
    await other.login(admin)
    const staff = shop.browser()
    await staff.login(admin)
    const { id } = (await findUserByEmail(shop.db, admin.email))!
    const page = await staff.submit(`/admin/customers/${id}/logins/end`)
    assert.deepEqual(page.notices, [`${admin.name} is logged out of 1 browser.`])
    assert.equal((await other.get('/')).signedIn, false)
  })
})
