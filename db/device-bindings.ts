import { and, eq, isNull, lt } from '#drizzle-orm'

import type { Database } from './database.ts'
import { type Login, logins } from './schema.ts'

/** A key of a browser, as it stands in the row of a login. */
interface NewDeviceBinding {
  id: string
  publicKey: string
  now: Date
}

/** The login that is bound under this id. */
export async function findBoundLogin(db: Database, bindingId: string): Promise<Login | undefined> {
  const [login] = await db.select().from(logins).where(eq(logins.bindingId, bindingId))
  return login
}

/** Binds a login to a key, unless it is bound or has ended. Answers whether it did. */
export async function bindLogin(
  db: Database,
  loginId: string,
  { id, publicKey, now }: NewDeviceBinding,
): Promise<boolean> {
  const bound = await db
    .update(logins)
    .set({ bindingId: id, bindingKey: publicKey, boundAt: now, provedAt: now })
    .where(and(eq(logins.id, loginId), isNull(logins.bindingId)))
    .returning({ id: logins.id })
  return bound.length > 0
}

/** Notes which challenge was signed last. Answers whether none from as late was before. */
export async function proveBinding(
  db: Database,
  bindingId: string,
  provedAt: Date,
): Promise<boolean> {
  const proved = await db
    .update(logins)
    .set({ provedAt })
    .where(and(eq(logins.bindingId, bindingId), lt(logins.provedAt, provedAt)))
    .returning({ id: logins.id })
  return proved.length > 0
}
