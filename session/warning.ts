/** Tells whoever runs the server, by a warning of the process, or on the console where there is none. */
export function warn(message: string, name = 'Warning'): void {
  // In a worker there may be no process, or one that cannot do this.
  if (typeof globalThis.process?.emitWarning === 'function') process.emitWarning(message, name)
  else console.warn(`${name}: ${message}`)
}
