import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { createClient } from 'redis'
import { isPostgresUrl } from '../../db/database-url.ts'
import type { Shop } from '../server.ts'
import { queryPostgres } from './shared-store.ts'

/** Something in the store. Where a storage keeps nothing on the server there are none. */
export interface StoreEntry {
  /** Where it is: a file name, a key. */
  name: string
  /** What there is to say about it. */
  note?: string
  /** Neither a counter nor what a session left. */
  isSession: boolean
  content: string
}

const left = 'left by one that got a new id'

/**
 * Looks into the store, past the shop where that is possible.
 *
 * @param record What the inspector shows, for the storages that nobody can look into from outside
 */
export async function readStore(
  shop: Shop,
  id: string | null,
  record: string | null,
): Promise<StoreEntry[]> {
  switch (shop.storage) {
    case 'cookie':
      return []
    case 'fs':
      return readDirectory(shop.sessionDirectory!)
    case 'memory':
      return record === null || id === null
        ? []
        : [{ name: `"${shortName(id)}"`, isSession: true, content: record }]
    case 'redis':
      return readRedis(shop.redisUrl!, id)
    case 'database':
      return readTable(shop.databaseUrl)
  }
}

function readDirectory(directory: string): StoreEntry[] {
  if (!existsSync(directory)) return []
  return readdirSync(directory).map((name) => ({
    name: shortName(name),
    isSession: name.endsWith('.json'),
    content: name.endsWith('.json')
      ? indent(readFileSync(path.join(directory, name), 'utf8'))
      : 'A tombstone: no slower request brings this session back. The purge removes it later.',
  }))
}

async function readTable(url: string): Promise<StoreEntry[]> {
  const statement = 'select id, record, version from sessions order by id'
  const rows = await (isPostgresUrl(url) ? queryPostgres : querySqlite)(url, statement)
  return (rows as { id: string; record: string; version: number | string }[]).map((row) => {
    const isLeft = Number(row.version) === 0
    return {
      name: shortName(row.id),
      note: isLeft ? left : `version ${row.version}`,
      isSession: !isLeft,
      content: indent(row.record),
    }
  })
}

function querySqlite(file: string, statement: string): unknown[] {
  const database = new Database(file, { readonly: true })
  try {
    return database.prepare(statement).all()
  } finally {
    database.close()
  }
}

async function readRedis(url: string, id: string | null): Promise<StoreEntry[]> {
  const client = await createClient({ url }).connect()
  try {
    const entries: StoreEntry[] = []
    for await (const keys of client.scanIterator()) {
      for (const key of keys) {
        const content = (await client.get(key))?.replaceAll('\t', ' ') ?? ''
        // Beside the sessions there are the counters of guesses and of new sessions.
        const counts = !key.startsWith('session:')
        if (counts && content === '0') continue
        const isLeft = !counts && /^successor /m.test(content)
        const what = counts ? ', a counter' : isLeft ? `, ${left}` : describeKey(key, id)
        const note = `TTL ${(await client.ttl(key)).toLocaleString('en')} s${what}`
        entries.push({ name: shortName(key), note, isSession: !counts && !isLeft, content })
      }
    }
    return entries.sort((one, other) => (one.name < other.name ? 1 : -1))
  } finally {
    await client.close()
  }
}

function describeKey(key: string, id: string | null): string {
  if (id === null || key !== `session:${createHash('sha256').update(id).digest('hex')}`) return ''
  return `; the key is the SHA-256 of the id ${shortName(id)}`
}

/** Ids and hashes are long: their beginning is enough to follow them through the story. */
export function shortName(name: string): string {
  return name.replaceAll(/([0-9a-f]{8})[0-9a-f]{56}|(?<=:)([\w-]{8})[\w-]{35}$/g, '$1$2…')
}

function indent(json: string): string {
  return JSON.stringify(JSON.parse(json), null, 2)
}
