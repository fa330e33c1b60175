import type { Send, Workload } from './workloads.ts'

const IN_FLIGHT = 16

/** Microseconds of this process's CPU time per request, measured for so many milliseconds. */
export async function costOf(
  send: Send,
  workload: Workload,
  milliseconds: number,
): Promise<number> {
  let requests = 0
  const before = process.cpuUsage()
  const end = performance.now() + milliseconds
  async function lane(): Promise<void> {
    while (performance.now() < end) {
      const response = await send(workload)
      if (!response.ok) throw new Error(`${workload} was answered with ${response.status}`)
      requests++
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
  const { user, system } = process.cpuUsage(before)
  return (user + system) / requests
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

/** A row of a table as Markdown has it. */
export function row(cells: (string | number)[]): string {
  return `| ${cells.join(' | ')} |`
}
