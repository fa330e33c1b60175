// Preloaded by a server that is measured: whoever started it asks what it has used.

export interface Usage {
  /** Microseconds of CPU time, of all threads. */
  cpu: number
  /** Bytes. */
  memory: number
}

process.on('message', (message) => {
  if (message !== 'usage') return
  const { user, system } = process.cpuUsage()
  process.send!({ cpu: user + system, memory: process.memoryUsage.rss() } satisfies Usage)
})
