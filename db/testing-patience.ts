/**
 * For databases that are not tried for what they do while they are slow: a machine that is busy with
 * other tests is slow as well.
 */
export const patient = { connectWithinMs: 60_000 }
