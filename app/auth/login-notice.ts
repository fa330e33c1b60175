import type { Database } from '../../db/database.ts'
import type { User } from '../../db/schema.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { networkOf } from '../limits/network.ts'
import { Client } from '../middleware/client-address.ts'
import { Device } from './device.ts'
import { describeNetwork } from './describe-network.ts'
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
  const place = describeNetwork(networkOf(context.get(Client).address))
  await mail.notify(tx, user, { kind: 'new-login', browser: browser + place, at: new Date(now()) })
}
