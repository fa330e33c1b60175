/** What happened, in fields. An `error` is written with its stack and causes. */
export type LogEntry = {
  event: string
  error?: unknown
  [field: string]: unknown
}

export type Log = (entry: LogEntry) => void

/** A log that writes each entry as a line of JSON. */
export function createJsonLog(
  write: (line: string) => void = (line) => process.stdout.write(line),
): Log {
  return (entry) => {
    const line = { time: new Date().toISOString(), ...entry }
    write(`${JSON.stringify(line, (key, value) => (key === 'error' ? describe(value) : value))}\n`)
  }
}

function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error)
  // The stack begins with the name and the message.
  return error.cause === undefined
    ? { stack: error.stack }
    : { stack: error.stack, cause: describe(error.cause) }
}
