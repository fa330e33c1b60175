// A process that tries all it can do with a session and prints how each attempt ended:
// `in-trouble.ts <directory> <id> [descriptors]`. With `descriptors` it opens files until it may not
// open another one, and tries again after closing them.
import fs from 'node:fs'
import { createFsSessionStorage } from '../fs-storage.ts'
import { playRequest } from '../contract/request.ts'

export type Outcomes = Record<'read' | 'change' | 'create', string>

const [directory, id, trouble] = process.argv.slice(2) as [string, string, string?]
const storage = createFsSessionStorage(directory, { purgeInterval: 0 })
const KEY: string = 'color'

async function outcomeOf(attempt: () => Promise<unknown>): Promise<string> {
  try {
    return String(await attempt())
  } catch (error) {
    const { name, message } = error as Error
    return `${name}: ${message}`
  }
}

async function tryAll(): Promise<Outcomes> {
  return {
    read: await outcomeOf(async () => (await storage.read(id)).get(KEY)),
    change: await outcomeOf(() => playRequest(storage, id, (session) => session.set(KEY, 'blue'))),
    create: await outcomeOf(async () => {
      const cookie = await playRequest(storage, '', (session) => session.set(KEY, 'new'))
      return cookie.length
    }),
  }
}

const results: Outcomes[] = []
if (trouble === 'descriptors') {
  results.push(await tryAll()) // so that everything is loaded
  const descriptors: number[] = []
  try {
    for (;;) descriptors.push(fs.openSync('/dev/null', 'r'))
  } catch {}
  results.push(await tryAll())
  for (const descriptor of descriptors) fs.closeSync(descriptor)
}
results.push(await tryAll())
process.stdout.write(JSON.stringify(results))
