import fs from 'node:fs'
import type { TestContext } from 'node:test'

/** Makes links as impossible as they are on FAT, in this process until the test ends. */
export function refuseLinks(test: TestContext): void {
  for (const name of ['linkSync', 'symlinkSync'] as const) {
    test.mock.method(fs, name, () => {
      throw Object.assign(new Error('EPERM: operation not permitted'), { code: 'EPERM' })
    })
  }
}
