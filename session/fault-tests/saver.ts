// A process that saves large sessions as fast as it can: `saver.ts <directory> <bytes> <rounds> <ids…>`.
// It says so after the first round and, unless the rounds are 0, ends after the last.
import { flushCompileCache } from 'node:module'
import { createFsSessionStorage } from '../fs-storage.ts'
import { playRequest } from '../contract/request.ts'
import { largeValue } from './large-value.ts'

const [directory, bytes, rounds, ...ids] = process.argv.slice(2) as [string, string, string]
const storage = createFsSessionStorage(directory, { purgeInterval: 0 })
const KEY: string = 'large'
flushCompileCache() // nobody who is killed does it at the end

const last = Number(rounds) || Infinity
for (let round = 1; round <= last; round++) {
  const value = largeValue(Number(bytes))
  for (const id of ids) await playRequest(storage, id, (session) => session.set(KEY, value))
  if (round === 1) process.send?.('saving')
  // Only so that messages get out.
  await new Promise((resolve) => setImmediate(resolve))
}
process.disconnect?.()
