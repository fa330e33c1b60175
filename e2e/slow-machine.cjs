// Loaded before all else in each process of tests with `SLOW_MACHINE=1`. Half of the short timers come before
// whatever happens meanwhile, as on a machine that stands still just then: a test that waits for milliseconds
// and not for what it wants to see fails here, and there once in a hundred times.

const timers = require('node:timers')
const promises = require('node:timers/promises')
const { syncBuiltinESMExports } = require('node:module')

const SHORT_MS = 100
const before = { setTimeout: timers.setTimeout, wait: promises.setTimeout }
const cell = new Int32Array(new SharedArrayBuffer(4))

function standStill(milliseconds) {
  // Not each time: who looks again and again would never see anything else happen.
  if (milliseconds > SHORT_MS || Math.random() < 0.5) return
  process.nextTick(() => Atomics.wait(cell, 0, 0, milliseconds + 3))
}

const setTimeout = (callback, milliseconds = 1, ...rest) => {
  standStill(milliseconds)
  return before.setTimeout(callback, milliseconds, ...rest)
}
const wait = (milliseconds = 1, ...rest) => {
  standStill(milliseconds)
  return before.wait(milliseconds, ...rest)
}

Object.defineProperties(setTimeout, Object.getOwnPropertyDescriptors(before.setTimeout))
globalThis.setTimeout = timers.setTimeout = setTimeout
promises.setTimeout = wait
syncBuiltinESMExports()
