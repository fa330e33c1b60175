import { randomFillSync } from 'node:crypto'

// One call to the kernel fills the pool for many ids and nonces: asking for 32 bytes at a time
// costs more than the rest of creating a session. Node's randomUUID() does the same.
const pool = Buffer.allocUnsafeSlow(4096)
let used = pool.length

/** Fills a buffer of 4096 bytes at the most from the operating system's generator. */
export function fillRandomly(target: Buffer): void {
  take(target.length, (start, end) => pool.copy(target, 0, start, end))
}

/** Bytes of that generator as text; 4096 at the most. */
export function randomText(length: number, encoding: 'hex' | 'base64url'): string {
  return take(length, (start, end) => pool.toString(encoding, start, end))
}

function take<result>(length: number, copy: (start: number, end: number) => result): result {
  if (used + length > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const start = used
  used += length
  const copied = copy(start, used)
  pool.fill(0, start, used) // what was handed out is not kept
  return copied
}
