import { hash } from 'node:crypto'
import { randomText } from './random.ts'

export const ID_LENGTH = 64
const SESSION_ID = /^[0-9a-f]{64}$/
const REFERENCE = /^sha256:[0-9a-f]{64}$/

/**
 * Creates a session id: 256 bits from the operating system's generator as 64 lower-case
 * hexadecimal digits (OWASP ASVS 5.0, 7.2.3 asks for at least 128 bits).
 */
export function createSessionId(): string {
  return randomText(ID_LENGTH / 2, 'hex')
}

/**
 * Tells whether a value from outside has the form of a session id. Storages ask before they build
 * a path or a key from it.
 */
export function isSessionId(value: string): boolean {
  return SESSION_ID.test(value)
}

/** What is kept of an id that a session had before: enough to know it again. */
export function beginningOf(id: string): string {
  return id.slice(0, 16)
}

/**
 * What stands for an id in a store that several people may look into: its hash, so that whoever reads
 * a backup or watches commands cannot take over a session. A reference stands for itself.
 */
export function referenceTo(id: string): string {
  return REFERENCE.test(id) ? id : `sha256:${hash('sha256', id)}`
}

/** The hash of an id, or of that to which a reference leads. */
export function hashOf(id: string): string {
  return referenceTo(id).replace('sha256:', '')
}
