import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createFsSessionStorage } from 'remix/session/fs-storage'
import { describeSessionStorage } from 'remix/session/testing'

describeSessionStorage('fs storage', (limits) => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'sessions-'))
  const options = { ...limits, purgeInterval: 0 }
  return {
    storage: createFsSessionStorage(directory, options),
    openAgain: () => createFsSessionStorage(directory, options),
    countSessions: () => fs.readdirSync(directory).filter((name) => name.endsWith('.json')).length,
    breakStore() {
      // Root ignores modes, so the directory is put away and something else is in its place.
      fs.renameSync(directory, `${directory}.away`)
      fs.writeFileSync(directory, '')
      return () => {
        fs.unlinkSync(directory)
        fs.renameSync(`${directory}.away`, directory)
      }
    },
    close: () => fs.rmSync(directory, { recursive: true }),
  }
})
