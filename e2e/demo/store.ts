import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { createClient } from 'redis'
import type { ShopServer } from '../server.ts'

/** Something in the store. Where a storage keeps nothing on the server there are none. */
export interface StoreEntry {
  /** Where it is: a file name, a key. */
  name: string
  content: string
}

/**
 * Looks into the store, past the shop where that is possible.
 *
 * @param record What the inspector shows, for the storages that nobody can look into from outside
 */
export async function readStore(
  shop: ShopServer,
  id: string | null,
  record: string | null,
): Promise<StoreEntry[]> {
  switch (shop.storage) {
    case 'cookie':
      return []
    case 'fs':
      return readDirectory(shop.sessionDirectory)
    case 'memory':
      return record === null || id === null ? [] : [{ name: `"${shortName(id)}"`, content: record }]
    case 'redis':
      return readRedis(shop.redisUrl!)
  }
}

function readDirectory(directory: string): StoreEntry[] {
  if (!existsSync(directory)) return []
  return readdirSync(directory).map((name) => ({
    name: shortName(name),
    content: name.endsWith('.json')
      ? indent(readFileSync(path.join(directory, name), 'utf8'))
      : 'A tombstone: no slower request brings this session back. The purge removes it later.',
  }))
}

async function readRedis(url: string): Promise<StoreEntry[]> {
  const client = await createClient({ url }).connect()
  try {
    const entries: StoreEntry[] = []
    // Beside the sessions there are the counters of failed logins.
    for await (const keys of client.scanIterator({ MATCH: 'session:*' })) {
      for (const key of keys) {
        const seconds = await client.ttl(key)
        entries.push({
          name: `${shortName(key)}, for ${seconds} s`,
          content: (await client.get(key))?.replaceAll('\t', ' ') ?? '',
        })
      }
    }
    return entries
  } finally {
    await client.close()
  }
}

/** Ids are long: their beginning is enough to follow them through the story. */
export function shortName(name: string): string {
  return name.replaceAll(/([0-9a-f]{8})[0-9a-f]{56}/g, '$1…')
}

function indent(json: string): string {
  return JSON.stringify(JSON.parse(json), null, 2)
}
