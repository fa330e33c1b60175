import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

/**
 * Returns the session secret of this working copy, made on first use, so that restarting the
 * server in development keeps everybody logged in. Production never uses it.
 */
export function readOrCreateLocalSecret(file: string): string {
  return readSecret(file) ?? createSecret(file)
}

function readSecret(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function createSecret(file: string): string {
  const draft = `${file}.${process.pid}`
  const secret = randomBytes(32).toString('base64url')
  writeFileSync(draft, `${secret}\n`, { mode: 0o600 })
  try {
    // A link appears whole or not at all: of two servers that start at once, one makes the secret
    // and the other reads it.
    linkSync(draft, file)
    return secret
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return readFileSync(file, 'utf8').trim()
  } finally {
    rmSync(draft, { force: true })
  }
}
