import { randomFillSync } from 'node:crypto'

// One call to the kernel fills the pool for many ids and nonces: asking for 32 bytes at a time
// costs more than the rest of creating a session. Node's randomUUID() does the same.
const pool = Buffer.allocUnsafeSlow(4096)
let used = pool.length

/**
 * Takes bytes from the operating system's generator.
 *
 * @param length How many bytes, 4096 at the most
 * @returns A buffer of its own
 */
export function randomBytes(length: number): Buffer {
  if (used + length > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = Buffer.from(pool.subarray(used, used + length))
  pool.fill(0, used, used + length) // what was handed out is not kept
  used += length
  return bytes
}
