// A process that sets many keys of one session, one after the other, when it is told to:
// `setter.ts <directory> <id> <prefix> <count>`.
import { createFsSessionStorage } from '../fs-storage.ts'
import { playRequest } from '../contract/request.ts'

const [directory, id, prefix, count] = process.argv.slice(2) as [string, string, string, string]
const storage = createFsSessionStorage(directory, { purgeInterval: 0 })

process.once('message', async () => {
  for (let i = 0; i < Number(count); i++) {
    await playRequest(storage, id, (session) => session.set(`${prefix}${i}` as string, i))
  }
  process.disconnect()
})
process.send!('ready')
