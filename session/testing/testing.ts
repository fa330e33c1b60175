// Two ways to test a storage, for those here and for one of your own:
//
//   contract/   what a storage promises, a sentence a test: played as requests, one after the other and
//               two at once, with a clock that the test moves and a store that can be broken
//   explorer/   what no sentence foresees: all small requests, in every order of their steps, judged by
//               a model of what each may show

import { describe } from 'node:test'
import { createContract } from './contract/contract.ts'
import type { CreateStorage, StoragePromises } from './contract/contract.ts'
import { describeFaults } from './contract/faults.ts'
import { describeFlashes } from './contract/flashes.ts'
import { describeIds } from './contract/ids.ts'
import { describeRaces } from './contract/races.ts'
import { describeStoring } from './contract/storing.ts'
import { describeTime } from './contract/time.ts'
import { describeValues } from './contract/values.ts'

export type {
  CreateStorage,
  StoragePromises,
  StorageUnderTest,
  TestLimits,
} from './contract/contract.ts'
export { beginRequest, createFakeClock, lookInto, playRequest } from './contract/request.ts'
export type { FakeClock, HeldRequest } from './contract/request.ts'
export { exploreSessionStorage } from './explorer/explore.ts'
export type { ExploredStorage, ExploreOptions, OpenStage, StageLimits } from './explorer/explore.ts'
export { createTestSession, readTestSession } from './session-cookie.ts'

/**
 * Registers the tests that any session storage must pass, with `node:test`: values and what is stored of them,
 * flashes, ids, time limits, two requests at once, and a store that fails.
 *
 * ```ts
 * import { createCustomSessionStorage } from 'remix/session/custom-storage'
 * import { describeSessionStorage } from 'remix/session/testing'
 *
 * describeSessionStorage('my storage', (limits) => {
 *   const store = createMyStore()
 *   return {
 *     storage: createCustomSessionStorage(store, limits),
 *     openAgain: () => createCustomSessionStorage(store.connectAgain(), limits),
 *     countSessions: () => store.count(),
 *     breakStore() {
 *       store.disconnect()
 *       return () => store.connect()
 *     },
 *     close: () => store.drop(),
 *   }
 * })
 * ```
 *
 * Only `storage` is needed: without the other handles the tests that need them are named as skipped.
 *
 * @param name Names the storage in the report
 * @param createStorage Called for each test; the storage must use the limits and the clock it gets
 * @param promises What this kind of storage cannot promise
 */
export function describeSessionStorage(
  name: string,
  createStorage: CreateStorage,
  promises?: StoragePromises,
): void {
  const contract = createContract(createStorage, promises)
  describe(name, () => {
    describeValues(contract)
    describeStoring(contract)
    describeFlashes(contract)
    describeIds(contract)
    describeTime(contract)
    describeRaces(contract)
    describeFaults(contract)
  })
}
