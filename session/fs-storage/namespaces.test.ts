import assert from 'node:assert/strict'
import { once } from 'node:events'
import { it } from 'node:test'
import { createFsSessionStorage } from './storage.ts'
import { playRequest } from '../testing/contract/request.ts'
import {
  inNamespace,
  nextMessage,
  skipWithoutNamespaces,
  startProcess,
} from '../fixtures/processes.ts'
import { kindsOfFiles, temporaryDirectoryInMemory } from '../fixtures/temporary-directory.ts'

const KEYS = 200

it('two processes in PID namespaces of their own lose none of 400 keys', async (t) => {
  if (skipWithoutNamespaces) return t.skip(skipWithoutNamespaces)
  const directory = temporaryDirectoryInMemory(t)
  const storage = createFsSessionStorage(directory, { purgeInterval: 0 })
  const id = await playRequest(storage, '', (session) => session.set('first' as string, 1))
  const setters = [[], inNamespace].map((startedBy, i) => {
    const args = [directory, id, `${i}-`, String(KEYS)]
    return startProcess(t, 'fs-storage/fixtures/setter.ts', args, { startedBy })
  })
  await Promise.all(setters.map((setter) => nextMessage(setter)))
  const ends = setters.map(async (setter) => (await once(setter, 'exit'))[0] as number)
  for (const setter of setters) setter.send('go')
  assert.deepEqual(await Promise.all(ends), [0, 0])
  assert.equal(Object.keys((await storage.read(id)).data).length, 2 * KEYS + 1)
  assert.deepEqual(kindsOfFiles(directory), { json: 1 })
})
