// PostgreSQL runs transactions at once, SQLite one after the other.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from 'pg'
import { onPostgres } from 'remix/session/testing/postgres-server'
import { listLogins } from '../../db/logins.ts'
import { findUserByEmail } from '../../db/users.ts'
import { admin, openTestShop, reader } from '../testing/shop.ts'

onPostgres('the logins of a customer in PostgreSQL', (newUrl) => {
  it('end with those that get another id at that moment', async () => {
    const databaseUrl = await newUrl()
    const shop = await openTestShop({ databaseUrl })
    const [stranger, staff] = [shop.browser(), shop.browser()]
    await stranger.login(reader)
    await staff.login(admin)
    const { id } = (await findUserByEmail(shop.db, reader.email))!

    // Both stop where they note their answers.
    const client = new Client(databaseUrl)
    await client.connect()
    await client.query('begin; lock table answered_forms in exclusive mode')
    const changing = stranger.submit('/account/logins/others/remove')
    await waiters(1)
    const ending = staff.submit(`/admin/customers/${id}/logins/end`)
    await waiters(2)
    await client.query('rollback')
    await changing
    assert.deepEqual((await ending).notices, ['Robin Reader is logged out of 1 browser.'])
    assert.deepEqual(await listLogins(shop.db, id), [])
    assert.equal((await stranger.get('/')).signedIn, false)
    await client.end()

    async function waiters(count: number): Promise<void> {
      const observer = new Client(databaseUrl)
      await observer.connect()
      const waiting = `select from pg_stat_activity
        where wait_event_type = 'Lock' and datname = current_database()`
      while ((await observer.query(waiting)).rowCount! < count) await wait(5)
      await observer.end()
    }
  })
})
