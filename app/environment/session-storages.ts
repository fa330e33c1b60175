/** Where sessions can be kept. */
export const sessionStorages = [
  'cookie', // sealed, in the browser
  'fs', // a file each
  'memory', // of the process
  'redis',
  'database', // in a table
] as const

const oneOf = new Intl.ListFormat('en-GB', { type: 'disjunction' })

export const sessionStorageNames = oneOf.format(sessionStorages)
