import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const importRule = /^@import '(\.[^']+)';$/gm

/**
 * The text of a stylesheet, with each stylesheet that it imports in the place of its `@import`: what
 * a browser would put together itself, after a request for each.
 */
export function joinStylesheet(file: string): string {
  return readFileSync(file, 'utf8').replaceAll(importRule, (_rule, path: string) => {
    try {
      return joinStylesheet(join(dirname(file), path))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      throw new Error(`${file} imports ${path}, and there is no such file`, { cause: error })
    }
  })
}
