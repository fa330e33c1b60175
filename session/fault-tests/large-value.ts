import { createHash, randomInt } from 'node:crypto'

/** A value of so many bytes in which a reader can tell whether it has all of one save. */
export function largeValue(bytes: number): { text: string; digest: string } {
  const text = String(randomInt(1e9, 2e9))
    .repeat(Math.ceil(bytes / 10))
    .slice(0, bytes)
  return { text, digest: digestOf(text) }
}

export function isWhole(value: unknown, bytes: number): boolean {
  const { text, digest } = value as { text: string; digest: string }
  return text.length === bytes && digestOf(text) === digest
}

function digestOf(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
