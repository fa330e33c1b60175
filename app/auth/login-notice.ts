import type { Database } from '../../db/database.ts'
import type { User } from '../../db/schema.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { Device } from './device.ts'
import { describeUserAgent } from './user-agent.ts'

/** Tells the user by mail of a login from a browser that was not logged in to this account before. */
export async function tellOfLogin(
  context: AppContext,
  { mail, now }: Pick<Dependencies, 'mail' | 'now'>,
  tx: Database,
  user: User,
): Promise<void> {
  if (context.get(Device).idFor(user) !== undefined) return
  const browser = describeUserAgent(context.request.headers.get('User-Agent') ?? '')
  await mail.notify(tx, user, { kind: 'new-login', browser, at: new Date(now()) })
}
