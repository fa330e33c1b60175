import { hash } from 'node:crypto'

import { and, desc, eq, lte } from '#drizzle-orm'

import type { Database } from './database.ts'
import { isMadeWithin } from './lifetimes.ts'
import { type RememberedDevice, rememberedDevices } from './schema.ts'

export const REMEMBERED_DAYS = 30

const REMEMBERED_MS = REMEMBERED_DAYS * 24 * 60 * 60_000

interface NewRememberedDevice {
  userId: number
  /** As it stands in the device's cookie. */
  deviceId: string
  userAgent: string
  now: Date
}

/** For a month this browser is not asked for the second factor. */
export async function rememberDevice(
  db: Database,
  { userId, deviceId, userAgent, now }: NewRememberedDevice,
): Promise<void> {
  const news = { userAgent: userAgent.slice(0, 512), createdAt: now }
  await db
    .insert(rememberedDevices)
    .values({ userId, deviceHash: hashOf(deviceId), ...news })
    .onConflictDoUpdate({
      target: [rememberedDevices.userId, rememberedDevices.deviceHash],
      set: news,
    })
}

export async function forgetOldDevices(db: Database, now: Date): Promise<void> {
  const oldest = new Date(now.getTime() - REMEMBERED_MS)
  await db.delete(rememberedDevices).where(lte(rememberedDevices.createdAt, oldest))
}

export async function isRememberedDevice(
  db: Database,
  { userId, deviceId, now }: Omit<NewRememberedDevice, 'userAgent'>,
): Promise<boolean> {
  const own = and(
    eq(rememberedDevices.userId, userId),
    eq(rememberedDevices.deviceHash, hashOf(deviceId)),
  )
  const found = await db
    .select({ userId: rememberedDevices.userId })
    .from(rememberedDevices)
    .where(and(own, isMadeWithin(rememberedDevices.createdAt, REMEMBERED_MS, now)))
  return found.length > 0
}

/** The latest first. */
export async function listRememberedDevices(
  db: Database,
  userId: number,
  now: Date,
): Promise<RememberedDevice[]> {
  return db
    .select()
    .from(rememberedDevices)
    .where(
      and(
        eq(rememberedDevices.userId, userId),
        isMadeWithin(rememberedDevices.createdAt, REMEMBERED_MS, now),
      ),
    )
    .orderBy(desc(rememberedDevices.createdAt))
}

export async function forgetDevice(
  db: Database,
  userId: number,
  deviceHash: string,
): Promise<boolean> {
  const forgotten = await db
    .delete(rememberedDevices)
    .where(and(eq(rememberedDevices.userId, userId), eq(rememberedDevices.deviceHash, deviceHash)))
    .returning({ userId: rememberedDevices.userId })
  return forgotten.length > 0
}

/** Who reads the database cannot pass for the device. */
function hashOf(deviceId: string): string {
  return hash('sha256', deviceId, 'base64url')
}
