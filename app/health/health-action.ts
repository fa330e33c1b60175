import { createAction } from 'remix/fetch-router'
import type { Database } from '../../db/connect.ts'
import { pingDatabase } from '../../db/connect.ts'
import type { Config } from '../config.ts'
import { routes } from '../routes.ts'
import type { Sessions } from '../session.ts'

/** For load balancers and monitors: whether the shop can do its work, and on which storage. */
export function createHealthAction(
  db: Database,
  storage: Config['sessionStorage'],
  sessions: Pick<Sessions, 'check'>,
) {
  return createAction(routes.health, async () => {
    const healthy = await isWell(async () => {
      pingDatabase(db)
      await sessions.check()
    })
    const status = healthy ? 'ok' : 'unavailable'
    return Response.json(
      { status, storage },
      { status: healthy ? 200 : 503, headers: { 'Cache-Control': 'no-store' } },
    )
  })
}

async function isWell(check: () => Promise<void>): Promise<boolean> {
  try {
    await check()
    return true
  } catch {
    return false
  }
}
