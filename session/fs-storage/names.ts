/** What a file of a session directory is. */
export type FileKind = 'session' | 'tombstone' | 'temporary' | 'lock' | 'corrupt'

const KINDS: Record<string, FileKind> = {
  json: 'session',
  gone: 'tombstone',
  lock: 'lock',
  corrupt: 'corrupt',
}

export interface FileName {
  id: string
  /** What follows the id and a dot. */
  ending: string
  kind: FileKind
}

/** Takes the name of a file apart; `null` for one that no session storage made. */
export function parseFileName(name: string): FileName | null {
  const { id, ending } = /^(?<id>[0-9a-f]{64})\.(?<ending>.+)$/.exec(name)?.groups ?? {}
  if (id === undefined || ending === undefined) return null
  const kind = KINDS[ending] ?? (ending.endsWith('.tmp') ? 'temporary' : undefined)
  return kind ? { id, ending, kind } : null
}
