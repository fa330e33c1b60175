/** What happened, in fields. An `error` is written with its stack and causes. */
export type LogEntry = {
  event: string
  error?: unknown
  [field: string]: unknown
}

export type Log = (entry: LogEntry) => void

/** A log that writes each entry as a line of JSON. It never throws. */
export function createJsonLog(write: (line: string) => void = createLineWriter()): Log {
  return (entry) => {
    const time = new Date().toISOString()
    try {
      write(toLine({ time, ...entry }))
    } catch {
      write(toLine({ time, event: entry.event, error: 'the rest of this entry is not JSON' }))
    }
  }
}

function toLine(entry: LogEntry & { time: string }): string {
  const told = 'error' in entry ? { ...entry, error: describe(entry.error) } : entry
  return `${JSON.stringify(told)}\n`
}

function describe(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return String(error)
  // The stack begins with the name and the message. Causes can go in a circle.
  return error.cause === undefined || depth === 5
    ? { stack: error.stack }
    : { stack: error.stack, cause: describe(error.cause, depth + 1) }
}

const MOST_WAITING_BYTES = 1_048_576
const MOST_AT_ONCE = 65_536

/**
 * Writes lines to standard output: those of one turn of the event loop at once, as each write stops the
 * process for as long as ten lines take. A process that exits has written all of them. Where their reader
 * hangs, lines are dropped instead of filling the memory, and their number is told when it reads again.
 */
function createLineWriter(): (line: string) => void {
  const { stdout } = process
  let waiting = ''
  let dropped = 0

  function flush(): void {
    if (waiting === '') return
    stdout.write(waiting)
    waiting = ''
  }

  process.on('exit', flush)
  return (line) => {
    if (stdout.writableLength + waiting.length > MOST_WAITING_BYTES) {
      dropped += 1
      return
    }
    if (waiting === '') setImmediate(flush)
    if (dropped > 0) {
      waiting += `${JSON.stringify({ event: 'log lines dropped', lines: dropped })}\n`
      dropped = 0
    }
    waiting += line
    if (waiting.length > MOST_AT_ONCE) flush()
  }
}

/**
 * Keeps this process alive when its output cannot be written: its reader has gone, its terminal is
 * closed, the disk of its file is full. What is written after that fault is written again.
 */
export function outliveOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}
