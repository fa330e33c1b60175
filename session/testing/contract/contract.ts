import type { Awaitable } from '../../custom-storage/store.ts'
import type { SessionStorage } from '../../session.ts'
import type { TimeLimits } from '../../time-limits.ts'
import { createFakeClock } from './request.ts'
import type { FakeClock } from './request.ts'

/** A storage and the handles by which the suite gets at its store. */
export interface StorageUnderTest {
  storage: SessionStorage
  /**
   * Opens the same store a second time, as another process would. Races are then also played between
   * the two.
   */
  openAgain?: (() => SessionStorage) | undefined
  /**
   * Counts the sessions in the store, so that the suite sees what should not be there. A record with a
   * `successor`, which a session leaves that got a new id, is none.
   */
  countSessions?: (() => Awaitable<number>) | undefined
  /** Makes the store fail, and answers with a function that makes it well again. */
  breakStore?: (() => Awaitable<() => Awaitable<void>>) | undefined
  /** Cleans up after a test. */
  close?: (() => Awaitable<void>) | undefined
}

/** The limits and the clock that a storage must use in a test. */
export interface TestLimits extends TimeLimits {
  maxAge: number
  lifetime: number
  now: () => number
}

/** Creates an empty storage for one test. */
export type CreateStorage = (limits: TestLimits) => Awaitable<SessionStorage | StorageUnderTest>

/**
 * What a kind of storage can promise. Everything is expected of it unless declared here; for what it
 * cannot promise the suite asserts how it behaves instead, so that nobody is surprised.
 */
export interface StoragePromises {
  /**
   * Two requests at once each keep what they changed. Where not, the later response wins whole.
   *
   * @default true
   */
  mergesChanges?: boolean | undefined
  /**
   * A destroyed or replaced session has ended, whatever cookie is presented. Where not, a copied cookie
   * stays readable until it expires.
   *
   * @default true
   */
  endsSessions?: boolean | undefined
  /**
   * Of two requests of a process at once only one reads a flash. Where not, both may.
   *
   * @default true
   */
  readsFlashesOnce?: boolean | undefined
}

export interface OpenStorage extends StorageUnderTest {
  clock: FakeClock
  /** The same store, seen by another process where that is possible. */
  elsewhere: SessionStorage
}

/** What every part of the suite gets. */
export interface Contract {
  promises: { [name in keyof StoragePromises]-?: boolean }
  /** Opens an empty storage; the idle limit is 1,000 seconds, the absolute one 10,000. */
  open(test: { after(clean: () => unknown): void }): Promise<OpenStorage>
}

export const MAX_AGE = 1000
export const LIFETIME = 10_000

export function createContract(
  createStorage: CreateStorage,
  promises: StoragePromises = {},
): Contract {
  return {
    promises: {
      mergesChanges: promises.mergesChanges ?? true,
      endsSessions: promises.endsSessions ?? true,
      readsFlashesOnce: promises.readsFlashesOnce ?? true,
    },
    async open(test) {
      const clock = createFakeClock()
      const created = await createStorage({ maxAge: MAX_AGE, lifetime: LIFETIME, now: clock.now })
      const opened = 'storage' in created ? created : { storage: created }
      test.after(() => opened.close?.())
      return { ...opened, clock, elsewhere: opened.openAgain?.() ?? opened.storage }
    },
  }
}
