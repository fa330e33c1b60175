import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'

/** Makes a directory that is gone after the test. */
export function temporaryDirectory(test: TestContext): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'sessions-'))
  test.after(() => fs.rmSync(directory, { recursive: true, force: true }))
  return directory
}

/**
 * Makes one in memory, where there is room: what races is the protocol and not the disk, and more
 * rounds fit into a second.
 */
export function temporaryDirectoryInMemory(test: TestContext): string {
  const directory = fs.mkdtempSync(path.join(hasRoom('/dev/shm') ? '/dev/shm' : os.tmpdir(), 's-'))
  test.after(() => fs.rmSync(directory, { recursive: true, force: true }))
  return directory
}

function hasRoom(directory: string): boolean {
  try {
    const { bavail, bsize } = fs.statfsSync(directory)
    fs.accessSync(directory, fs.constants.W_OK)
    return bavail * bsize > 256 * 1024 * 1024
  } catch {
    return false
  }
}

/** The names in a directory, sessions and left-overs alike, with the ids left out. */
export function kindsOfFiles(directory: string): Record<string, number> {
  const kinds: Record<string, number> = {}
  for (const name of fs.readdirSync(directory)) {
    const kind = name.slice(name.lastIndexOf('.') + 1)
    kinds[kind] = (kinds[kind] ?? 0) + 1
  }
  return kinds
}
