import { createAction } from 'remix/fetch-router'
import type { Database } from '../../db/database.ts'
import type { Config } from '../config.ts'
import type { Log } from '../log/log.ts'
import { AtOwnHost } from '../middleware/allowed-host.ts'
import { routes } from '../routes.ts'
import type { Sessions } from '../session.ts'
import { createDatabaseCheck, type ReadPages } from './database-check.ts'

interface HealthOptions {
  db: Database
  config: Pick<Config, 'sessionStorage'>
  sessions: Pick<Sessions, 'check'>
  readPages?: ReadPages
  log: Log
  now(): number
  /** Whether this process has been told to end. */
  isStopping?: () => boolean
}

/** For load balancers and monitors: whether the shop can do its work, and on which storage. */
export function createHealthAction(options: HealthOptions) {
  const { db, config, sessions, log, now, isStopping } = options
  const checkDatabase = createDatabaseCheck(db, now, options.readPages)
  let told: string | undefined

  async function isWell(): Promise<boolean> {
    try {
      await checkDatabase()
      await sessions.check()
    } catch (error) {
      // Once for each fault: a monitor asks every few seconds.
      if (String(error) !== told) log({ event: 'unhealthy', error })
      told = String(error)
      return false
    }
    if (told !== undefined) log({ event: 'healthy' })
    told = undefined
    return true
  }

  return createAction(routes.health, async (context) => {
    // First of all, so that a balancer sends nobody here while the rest is finished.
    const healthy = !isStopping?.() && (await isWell())
    const status = healthy ? 'ok' : 'unavailable'
    return Response.json(
      // Who came by another name than the shop's hears what a balancer has to know.
      context.get(AtOwnHost) ? { status, storage: config.sessionStorage } : { status },
      { status: healthy ? 200 : 503, headers: { 'Cache-Control': 'no-store' } },
    )
  })
}
