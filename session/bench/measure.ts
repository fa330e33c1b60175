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

/** A table as Markdown has it, and as one reads it in a terminal: names left, numbers right. */
export function table(head: string[], rows: (string | number)[][]): string {
  const lines = [head, ...rows].map((cells) => cells.map(String))
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column]!.length)))
  const [names, ...others] = lines.map((cells) =>
    line(
      cells.map((text, column) => {
        const width = widths[column]!
        return column === 0 ? text.padEnd(width) : text.padStart(width)
      }),
    ),
  )
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  )
  return [names, line(rule), ...others].join('\n')
}

function line(cells: string[]): string {
  return `| ${cells.join(' | ')} |`
}
