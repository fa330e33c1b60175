import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'

/** A disk that is full soon, or `undefined`, with the test skipped, where none can be mounted. */
export function mountTinyDisk(t: TestContext, limit = 'size=64k'): string | undefined {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'sessions-'))
  const options = ['-t', 'tmpfs', '-o', `${limit},mode=0700`]
  const { status } = spawnSync('mount', [...options, 'tmpfs', directory])
  t.after(() => {
    if (status === 0) spawnSync('umount', [directory])
    fs.rmdirSync(directory)
  })
  if (status === 0) return directory
  t.skip('only root may mount a disk, and some containers do not let it')
  return undefined
}

/** Leaves so many bytes free; call it again for others, and remove `disk.filler` to end it. */
export function fillDisk(directory: string, free: number): void {
  const filler = path.join(directory, 'disk.filler')
  fs.rmSync(filler, { force: true })
  const { bavail, bsize } = fs.statfsSync(directory)
  fs.writeFileSync(filler, Buffer.alloc(bavail * bsize - free))
}
