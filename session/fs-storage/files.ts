import fs from 'node:fs'

/** How to open what somebody else may have put there. Windows has neither flag. */
export const NO_LINKS_NO_WAITING = fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK

/** Removes a file, unless somebody else already did. */
export function removeFile(file: string): void {
  try {
    fs.unlinkSync(file)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
}

/** Tells whether an error comes from the system and, if codes are given, has one of them. */
export function hasCode(error: unknown, ...codes: string[]): error is NodeJS.ErrnoException {
  // Not by its class, which is another one in another realm.
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' && (codes.length === 0 || codes.includes(code))
}
