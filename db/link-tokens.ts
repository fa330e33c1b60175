import { hash, randomBytes } from 'node:crypto'

/** What a link in a mail proves itself by. The database has its hash alone. */
export function createLinkToken(): string {
  return randomBytes(32).toString('base64url')
}

/** No salt and no slow hash: there is nothing to guess in 32 random bytes. */
export function hashLinkToken(token: string): string {
  return hash('sha256', token, 'base64url')
}
