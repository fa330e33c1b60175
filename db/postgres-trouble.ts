import { DatabaseError } from 'pg'

import { DatabaseUnavailableError } from './trouble.ts'

// Of SQLSTATE, by what they begin with: the connection, what the server lacks, what an operator does,
// the system around it. A server that takes no writes is one as well, as after a failover, and so is a
// transaction that was ended since it asked nothing for too long.
const troubles = /^(?:08|53|57|58|XX|25006|25P03|55P03)/

/**
 * What is wrong with the server or the way to it, not with a statement of ours, as the error that is
 * answered with 503. Every other error is left as it is.
 */
export function availabilityOf(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseUnavailableError) return error
  const isTrouble =
    error instanceof DatabaseError ? troubles.test(error.code ?? '') : isOfDriver(error)
  return isTrouble ? unavailable(error) : error
}

/** The same for what is not run again: that it met others is bad luck, and no fault of the statement. */
export function availabilityAtLast(error: unknown): unknown {
  if (!isConflict(error)) return availabilityOf(error)
  return new DatabaseUnavailableError(`PostgreSQL: ${sayInOneLine(error)}`, error.code)
}

/** For what fails before there is any statement: whatever it is, it is no fault of ours. */
export function unavailable(error: unknown): DatabaseUnavailableError {
  return new DatabaseUnavailableError(`PostgreSQL: ${sayInOneLine(error)}`)
}

/** Of the socket, or of pg itself, which gives its errors no class and no code. */
function isOfDriver(error: Error): boolean {
  if ('syscall' in error || error instanceof AggregateError) return true
  return /connection|timeout|client was closed|not queryable|end on the pool/i.test(error.message)
}

/** Whether a transaction failed because of another one, so that it may succeed when it is run again. */
export function isConflict(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && error.code?.startsWith('40') === true
}

/** Whether somebody else kept a lock for longer than was waited for it. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '55P03'
}

export function sayInOneLine(error: unknown): string {
  // Several addresses of one name were tried: each has its own error.
  if (error instanceof AggregateError) return error.errors.map(sayInOneLine).join(', ')
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n')[0]!
}
