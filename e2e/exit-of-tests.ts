// Comes first in a process of tests that several files share: where one of them has it exit before the
// others are through, that is a failure and no success of fewer tests.

import { after } from 'node:test'

let isThrough = false
after(() => void (isThrough = true))

process.on('exit', () => {
  if (!isThrough) process.exitCode = 1
})
