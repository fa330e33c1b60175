import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { once } from 'node:events'
import { test } from 'node:test'

import { Client } from 'pg'

import { skipWithoutPostgres, startPostgres } from './testing-postgres.ts'

test(
  'a PostgreSQL of our own keeps what was committed when it is stopped or killed, until it is removed',
  { skip: skipWithoutPostgres },
  async (t) => {
    const server = await startPostgres({ durable: true })
    t.after(() => server.remove())
    const query = async (text: string): Promise<unknown[]> => {
      const client = new Client(server.url())
      await client.connect()
      try {
        return (await client.query(text)).rows
      } finally {
        await client.end()
      }
    }
    await query('create table notes (note text)')
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      await query(`insert into notes values ('before ${signal}')`)
      await server.stop(signal)
      await assert.rejects(query('select 1'), { code: 'ECONNREFUSED' })
      await server.start()
    }
    assert.equal((await query('select note from notes')).length, 2)

    await server.remove()
    const [error] = await once(connect(server.port, '127.0.0.1'), 'error')
    assert.equal(error.code, 'ECONNREFUSED')
  },
)
