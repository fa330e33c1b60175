import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

interface TinyDisk {
  readonly directory: string
  fill(): void
  free(): void
}

/** A disk of two megabytes; skips the test where none may be mounted. */
export function mountTinyDisk(t: TestContext): TinyDisk | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'bookstore-disk-'))
  const options = ['-t', 'tmpfs', '-o', 'size=2m,mode=0700']
  const { status } = spawnSync('mount', [...options, 'tmpfs', directory])
  t.after(() => {
    // Lazily: the database may still be open.
    if (status === 0) spawnSync('umount', ['--lazy', directory])
    rmdirSync(directory)
  })
  if (status !== 0) {
    t.skip('only root may mount a disk, and some containers do not let it')
    return undefined
  }
  const filler = join(directory, 'filler')
  return {
    directory,
    fill() {
      const { bavail, bsize } = statfsSync(directory)
      writeFileSync(filler, Buffer.alloc(bavail * bsize))
    },
    free: () => rmSync(filler),
  }
}
