import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { createSession, createSessionId } from 'remix/session'
import { findDirectoryProblems, inspectSessionDirectory } from './inspection.ts'
import { createFsSessionStorage } from './storage.ts'

function makeDirectory(test: TestContext): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'inspection-'))
  test.after(() => fs.rmSync(directory, { recursive: true }))
  return directory
}

describe('looking into a session directory', () => {
  it('tells sessions, tombstones, left-overs and foreign files apart', async (test) => {
    const directory = makeDirectory(test)
    const storage = createFsSessionStorage(directory, { purgeInterval: 0 })
    const id = await storage.save(createSession({ theme: 'dark' }))
    const ended = await storage.read(await storage.save(createSession({ theme: 'light' })))
    ended.destroy()
    await storage.save(ended)
    fs.writeFileSync(path.join(directory, `${createSessionId()}.1.tmp`), '{', { mode: 0o600 })
    fs.writeFileSync(path.join(directory, `${createSessionId()}.json`), '{', { mode: 0o600 })
    fs.writeFileSync(path.join(directory, 'notes.txt'), 'mine')

    const entries = [...inspectSessionDirectory(directory)]

    const kinds = entries.map(({ kind }) => kind).sort()
    assert.deepEqual(kinds, ['corrupt', 'foreign', 'session', 'temporary', 'tombstone'])
    const session = entries.find(({ kind }) => kind === 'session')!
    assert.equal(session.name, `${id}.json`)
    assert.deepEqual(session.record!.values, { theme: 'dark' })
    assert.deepEqual(session.problems, [])
  })

  it('names wrong modes and what is not a file', async (test) => {
    const directory = makeDirectory(test)
    const storage = createFsSessionStorage(directory, { purgeInterval: 0 })
    const id = await storage.save(createSession({ theme: 'dark' }))
    fs.chmodSync(path.join(directory, `${id}.json`), 0o644)
    fs.symlinkSync('/etc/hostname', path.join(directory, `${createSessionId()}.json`))
    assert.deepEqual(findDirectoryProblems(directory), [])
    fs.chmodSync(directory, 0o755)

    const problems = [...inspectSessionDirectory(directory)].flatMap((entry) => entry.problems)

    assert.deepEqual(problems.sort(), ['is not a regular file', 'mode 0644: it should be 0600'])
    assert.match(findDirectoryProblems(directory)[0]!, /mode 0755/)
  })
})
