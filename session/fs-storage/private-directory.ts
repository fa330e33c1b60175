import fs from 'node:fs'
import { SessionStoreError } from '../errors.ts'
import { describe } from '../plain.ts'
import { warn } from '../warning.ts'
import { parseFileName } from './names.ts'

// What stands in a directory that is there for nothing else: what keeps it in a repository, and what a
// file system puts into its root.
const COMPANION = new RegExp(
  `^(${[
    String.raw`\.git(keep|ignore|attributes)|\.docker(keep|ignore)|\.keep|\.placeholder|\.empty`,
    String.raw`\.DS_Store|readme(\.\w+)?|lost\+found|System Volume Information`,
    String.raw`\.snapshot|\.nfs[\da-f]+`,
  ].join('|')})$`,
  'i',
)

/** @throws TypeError for no name, which would be the working directory, and for what is no string */
export function checkDirectoryName(directory: string | undefined): void {
  if (typeof directory === 'string' && directory.trim() !== '') return
  if (typeof directory !== 'string' && directory !== undefined) {
    const problem = `a path as a string, not ${describe(directory)}`
    throw new TypeError(`The directory of sessions is ${problem}`)
  }
  throw new TypeError(
    `The directory of sessions has no name: ${JSON.stringify(directory)}. Is a variable of the ` +
      'environment empty?',
  )
}

/**
 * Makes it, or closes one that is there and is ours to everybody else, because the names of its files are
 * ids. Of one that is not ours it tells if everybody may write there. One that is there for something else is not closed to those who use it: it is refused.
 *
 * @throws SessionStoreError if it cannot be made, everybody shares it, or it holds something else and
 *   others can look into it
 */
export function makePrivateDirectory(directory: string): void {
  try {
    fs.mkdirSync(directory, { recursive: true, mode: 0o700 })
    const { mode, uid } = fs.statSync(directory)
    // The sticky bit marks a directory that everybody shares, such as /tmp.
    if (mode & 0o1000) throw new Error('everybody on this machine shares it; choose one below it')
    const ours = process.getuid?.()
    if (!(mode & 0o077) || ours === undefined) return
    if (uid !== ours) return tellOfWriters(directory, mode)
    const stranger = findStranger(directory)
    if (stranger !== null) {
      throw new Error(
        `others can look into it (mode ${showMode(mode)}), and it holds ${stranger}, which is no session. Give ` +
          'sessions a directory of their own, as one below it, or close this one with mode 0700',
      )
    }
    fs.chmodSync(directory, 0o700)
  } catch (error) {
    throw new SessionStoreError(`Cannot keep sessions in ${directory}: ${(error as Error).message}`)
  }
}

/** We cannot close it. Our own group may write there, as to a volume of a container. */
function tellOfWriters(directory: string, mode: number): void {
  if (!(mode & 0o002)) return
  warn(
    `Whoever has an account on this machine can write sessions into ${directory}, and so log in as anybody: ` +
      `it belongs to another user and is open to all (mode ${showMode(mode)}).`,
    'SessionStorageWarning',
  )
}

/** What makes it a directory for something else; nothing does where there are sessions already. */
function findStranger(directory: string): string | null {
  const names = fs.readdirSync(directory)
  if (names.some((name) => parseFileName(name))) return null
  return names.find((name) => !COMPANION.test(name)) ?? null
}

/** The permissions of a file, as they are written. */
export function showMode(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0')
}
