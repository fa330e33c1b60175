import assert from 'node:assert/strict'
import { test } from 'node:test'

import { eq, sql } from '#drizzle-orm'

import { logins, users } from './schema.ts'
import { insertTestUser, onEachDatabase } from './testing.ts'

onEachDatabase(({ testDatabase }) => {
  test('rows become what was selected: columns, expressions, tables that were joined', async () => {
    const db = await testDatabase()
    const { id: userId } = await insertTestUser(db, 'reader@example.com')
    const now = new Date('2026-11-27T10:00:00Z')
    const login = {
      id: 'login',
      userId,
      userAgent: 'Browser',
      network: '',
      remembered: true,
      createdAt: now,
      lastSeenAt: now,
      confirmedAt: now,
    }
    await db.insert(logins).values(login)

    const found = await db
      .select({ email: users.email, login: logins, twice: sql`2 * ${users.id}`.as('twice') })
      .from(users)
      .innerJoin(logins, eq(logins.userId, users.id))
    const nothing = { bindingId: null, bindingKey: null, boundAt: null, provedAt: null }
    assert.deepEqual(found, [
      { email: 'reader@example.com', login: { ...login, ...nothing }, twice: 2 * userId },
    ])
  })

  test('a table that has no row in an outer join is null', async () => {
    const db = await testDatabase()
    await insertTestUser(db, 'reader@example.com')
    const both = { email: users.email, login: { id: logins.id, at: logins.createdAt } }
    const rows = await db.select(both).from(users).leftJoin(logins, eq(logins.userId, users.id))
    assert.deepEqual(rows, [{ email: 'reader@example.com', login: null }])
  })
})
