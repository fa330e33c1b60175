import { randomBytes } from 'node:crypto'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { Client } from 'pg'
import { isPostgresUrl } from '../db/database-url.ts'

/** The database of a shop, with nothing in it. */
export interface ShopDatabase {
  readonly url: string
  execute(statement: string): Promise<void>
  remove(): Promise<void>
}

/**
 * A file in the folder of the shop or, with the address of a PostgreSQL, a new database there.
 */
export async function createShopDatabase(
  folder: string,
  postgresUrl: string | undefined,
): Promise<ShopDatabase> {
  if (!postgresUrl) {
    const file = path.join(folder, 'bookstore.sqlite')
    return {
      url: file,
      execute: (statement) => execute(file, statement),
      remove: async () => {},
    }
  }
  const name = `bookstore_${randomBytes(6).toString('hex')}`
  await execute(postgresUrl, `create database ${name}`)
  const url = new URL(postgresUrl)
  url.pathname = name
  return {
    url: url.href,
    execute: (statement) => execute(url.href, statement),
    remove: () => execute(postgresUrl, `drop database ${name} with (force)`),
  }
}

/** Does something behind the shop's back. */
export async function execute(url: string, statement: string): Promise<void> {
  if (!isPostgresUrl(url)) {
    const database = new SqliteDatabase(url)
    database.exec(statement)
    database.close()
    return
  }
  const client = new Client(url)
  await client.connect()
  await client.query(statement).finally(() => client.end())
}
