// What columns of SQLite are in PostgreSQL.

import { bigint, customType } from '#drizzle-orm/pg-core'

export const integer = () => bigint({ mode: 'number' })
export const id = () => integer().primaryKey().generatedByDefaultAsIdentity()

/** In milliseconds, as in SQLite: a time means the same wherever it is written and read. */
export const time = customType<{ data: Date; driverData: number }>({ dataType: () => 'bigint' })
export const createdAt = () => time().notNull()

/** Compared by its bytes, as in SQLite, whatever the language of the server. */
export const text = customType<{ data: string }>({ dataType: () => 'text collate "C"' })

/** As it was written: the order of keys stays. */
export const json = <Data>() => customType<{ data: Data }>({ dataType: () => 'json' })()

/** What the search looks through, see search.ts. */
export const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' })
