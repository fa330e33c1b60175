import { availableParallelism } from 'node:os'

// With more, shops, databases and browsers want more memory than most machines have.
const MOST_CORES = 8

/** How many processes of tests run at once: one more than there are cores, as some tests only wait. */
export const processesAtOnce = Math.min(availableParallelism(), MOST_CORES) + 1
