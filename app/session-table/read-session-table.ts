import type { Database } from '../../db/database.ts'

/** What is in the table of sessions. */
interface SessionTable {
  sessions: TableSession[]
  /** Rows that sessions left which got a new id. */
  left: number
  /** The ids, which are hashes, of rows that cannot be understood. */
  corrupt: string[]
}

interface TableSession {
  id: string
  bytes: number
  createdAt: number
  expiresAt: number
  keys: string[]
}

/** Looks at all rows, the latest written first, and changes nothing. */
export async function readSessionTable({ engine }: Database): Promise<SessionTable> {
  const statement = 'select id, record, version from sessions order by purge_at desc'
  const rows = (await engine.query(statement, [])) as Row[]
  const stored = rows.filter(({ version }) => Number(version) > 0)
  const sessions = stored.map(readRow)
  return {
    sessions: sessions.filter((session) => session !== null),
    left: rows.length - stored.length,
    corrupt: stored.filter((_, index) => sessions[index] === null).map(({ id }) => id),
  }
}

interface Row {
  id: string
  record: string
  version: number | string
}

function readRow({ id, record }: Row): TableSession | null {
  try {
    const { createdAt, expiresAt, values, flashes } = JSON.parse(record) as Record<string, object>
    if (!Number.isFinite(createdAt) || !Number.isFinite(expiresAt)) return null
    return {
      id,
      bytes: Buffer.byteLength(record),
      createdAt: Number(createdAt),
      expiresAt: Number(expiresAt),
      keys: [...Object.keys(values!), ...Object.keys(flashes!)],
    }
  } catch {
    return null
  }
}
