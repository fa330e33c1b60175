import { isPostgresUrl } from '../../db/database-url.ts'
import type { Shop, Storage } from '../server.ts'

/** Where sessions are: a storage, on another database where that makes a difference. */
export type Backend = Storage | 'postgres'

export function backendOf({ storage, databaseUrl }: Shop): Backend {
  return storage === 'database' && isPostgresUrl(databaseUrl) ? 'postgres' : storage
}

interface BackendWords {
  name: string
  /** The variables that choose it. */
  settings: string
  /** In one sentence: where the session is. */
  where: string
  /** What the value of the cookie is. */
  cookieIs: string
  /** What there is to say when there is nothing in the store. */
  emptyStore: string
  /** Why a cookie from before the login or the logout logs nobody in. */
  whyDead: string
  twoAtOnce: string
  limit: string
  code: string
  chooseWhen: string
}

const table = {
  where: (place: string) =>
    `The session is a row in ${place}, under a hash of its id. The browser has the id, signed.`,
  cookieIs: 'The id and a signature (HMAC-SHA-256)',
  emptyStore: 'the table is empty',
  whyDead: 'There is no row for that id any more.',
  twoAtOnce: 'Each saves the keys that it changed, if the row has still the version that it read.',
  limit: '1 MiB a row',
  code: 'session/sql-storage/storage.ts',
}

/** What the story cannot show by itself. */
export const backendWords: Record<Backend, BackendWords> = {
  cookie: {
    name: 'Encrypted cookie',
    settings: 'SESSION_STORAGE=cookie',
    where: 'The session is in the browser, sealed. The server keeps nothing.',
    cookieIs: 'The whole session, encrypted and authenticated (AES-256-GCM)',
    emptyStore: 'nothing on the server: the cookie is the session',
    whyDead: 'The copy still opens, but the row of its login is gone from the database.',
    twoAtOnce: 'The later response wins whole: its cookie replaces the other.',
    limit: '4,096 bytes, name and value together',
    code: 'session/cookie-storage/storage.ts',
    chooseWhen: 'You want no store at all, and sessions stay small.',
  },
  fs: {
    name: 'Files',
    settings: 'SESSION_STORAGE=fs',
    where: 'The session is a JSON file on the server. The browser has its id, signed.',
    cookieIs: 'The id and a signature (HMAC-SHA-256)',
    emptyStore: 'the directory is empty',
    whyDead: 'There is no file under that id any more.',
    twoAtOnce: 'Each saves the keys that it changed, under a lock.',
    limit: '1 MiB a file',
    code: 'session/fs-storage/storage.ts',
    chooseWhen: 'You have one machine with a disk.',
  },
  memory: {
    name: 'Memory',
    settings: 'SESSION_STORAGE=memory',
    where: 'The session is in a Map of the server process. The browser has its id, signed.',
    cookieIs: 'The id and a signature (HMAC-SHA-256)',
    emptyStore: 'the Map has nothing for this visitor',
    whyDead: 'There is no entry under that id any more.',
    twoAtOnce: 'Each saves the keys that it changed.',
    limit: '250,000 sessions, then the oldest goes',
    code: 'session/memory-storage/storage.ts',
    chooseWhen: 'You develop or test.',
  },
  redis: {
    name: 'Redis',
    settings: 'SESSION_STORAGE=redis',
    where: 'The session is in Redis, under a hash of its id. The browser has the id, signed.',
    cookieIs: 'The id and a signature (HMAC-SHA-256)',
    emptyStore: 'Redis is empty',
    whyDead: 'There is no key for that id any more.',
    twoAtOnce: 'Each saves the keys that it changed, in one script.',
    limit: 'What Redis has room for',
    code: 'session/redis-storage/storage.ts',
    chooseWhen: 'You have several servers.',
  },
  database: {
    ...table,
    name: 'SQLite',
    settings: 'SESSION_STORAGE=database',
    where: table.where('the SQLite file that the shop has anyway'),
    chooseWhen: 'You have one machine, and want one file for all.',
  },
  postgres: {
    ...table,
    name: 'PostgreSQL',
    settings: 'SESSION_STORAGE=database DATABASE_URL=postgres://…',
    where: table.where('PostgreSQL'),
    chooseWhen: 'You have several servers, and nothing else for them to share.',
  },
}
