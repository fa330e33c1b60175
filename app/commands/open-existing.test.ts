import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { closeDatabase, openDatabase } from '../../db/connect.ts'
import { onEachDatabase, rowsOf, testDatabasePath } from '../../db/testing.ts'
import { openExisting } from './open-existing.ts'

describe('the database that a command opens', () => {
  onEachDatabase(({ newUrl, testDatabase }) => {
    it('is that of a shop, whose tables stay as they are, though the command is of another version', async () => {
      const url = await newUrl()
      const shop = await testDatabase(url)
      const moveLatest = async (by: string) => {
        const latest = '(select max(id) from __drizzle_migrations)'
        await rowsOf(
          shop,
          `update __drizzle_migrations set created_at = created_at ${by} where id = ${latest}`,
        )
      }
      await closeDatabase(await openExisting({ databaseUrl: url }))
      // A newer version has been here, which older ones get along with.
      await moveLatest('+ 1')
      await closeDatabase(await openExisting({ databaseUrl: url }))
      await moveLatest('- 2')
      await assert.rejects(openExisting({ databaseUrl: url }), {
        message: /^The database \S+ is that of an older version[^\n]+$/,
      })
      await moveLatest('+ 1')
    })
  })

  it('leaves nothing beside a file that it refuses', async () => {
    const url = testDatabasePath()
    const old = await openDatabase(url)
    await rowsOf(old, 'update __drizzle_migrations set created_at = created_at - 1')
    await closeDatabase(old)
    await assert.rejects(openExisting({ databaseUrl: url }))
    assert.deepEqual(readdirSync(dirname(url)), [basename(url)])
  })

  it('is not made where there is none, or something else', async () => {
    const missing = join(dirname(testDatabasePath()), 'data', 'shop.sqlite')
    await assert.rejects(openExisting({ databaseUrl: missing }), {
      message: /^There is no database at \S+shop\.sqlite \(DATABASE_URL\)/,
    })
    assert.equal(existsSync(dirname(missing)), false)
    await assert.rejects(openExisting({ databaseUrl: ':memory:' }), { message: /is :memory:/ })

    const other = testDatabasePath()
    for (const text of ['', 'Dear diary, this is no database. '.repeat(100)]) {
      writeFileSync(other, text)
      await assert.rejects(openExisting({ databaseUrl: other }), (error: Error) =>
        error.message.includes(other),
      )
      assert.equal(readFileSync(other, 'utf8'), text)
    }
  })
})
