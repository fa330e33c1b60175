import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { skipWithoutPostgres } from 'remix/session/testing/postgres-server'
import { queryPostgres } from './demo/shared-store.ts'
import { restartPostgresUnderLoad } from './demo/outage.ts'
import { restartUnderLoad } from './demo/rolling-restart.ts'
import { addMigration } from './machines.ts'
import { SeveralServers } from './several-servers.ts'

describe('three servers as on machines of their own', { skip: skipWithoutPostgres }, () => {
  let shop: SeveralServers

  before(async () => {
    shop = await SeveralServers.startOnMachines()
  })

  after(() => shop.stop())

  it('reach PostgreSQL and no other server', async (t) => {
    const { oneNetwork, gateway } = shop.machines!
    if (oneNetwork !== undefined) return t.skip(oneNetwork)
    const [one, other] = shop.servers
    // Without waiting for it at a standstill: the balancer is in this process, and looks after the servers.
    const reach = async (host: string, port: number): Promise<string> => {
      const script = `require('node:net').connect({ host: '${host}', port: ${port}, timeout: 500 })
        .on('connect', () => exit('reached')).on('error', () => exit('refused'))
        .on('timeout', () => exit('nothing'))
        function exit(word) { console.log(word); process.exit() }`
      const [program, ...args] = [...one!.place.command, process.execPath, '-e', script]
      const { stdout } = await promisify(execFile)(program!, args)
      return stdout.trim()
    }
    assert.equal(await reach(gateway, shop.postgres!.port), 'reached')
    assert.equal(await reach(one!.place.host, one!.port), 'reached')
    assert.notEqual(await reach(other!.place.host, other!.port), 'reached')
    assert.notEqual(await reach('127.0.0.1', other!.port), 'reached')
  })

  it('answer 503 while PostgreSQL is away, and go on by themselves', async () => {
    const outage = await restartPostgresUnderLoad(shop, { around: 300, away: 1000 })
    assert.deepEqual(outage.errors, [])
    assert.equal(outage.lostSessions, 0)
    assert.ok(outage.refused > 0 && outage.refused < outage.requests)
  })

  it('go on beside a new version that has changed the tables', async () => {
    const restart = await restartUnderLoad(shop, ({ place }) => {
      addMigration(place.folder, '9999_more', 'ALTER TABLE "cart_items" ADD COLUMN "more" text;')
    })
    assert.deepEqual(restart.errors, [])
    assert.equal(restart.lostSessions, 0)
    assert.ok(restart.besideTheFirst > 0)
    assert.deepEqual(
      await queryPostgres(shop.databaseUrl, 'select distinct more from cart_items'),
      [{ more: null }],
    )
  })
})
