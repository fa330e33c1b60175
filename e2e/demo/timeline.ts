/** What was answered in each slice of some time, a row for each way to be answered. */
export interface Timeline {
  seconds: number
  rows: TimelineRow[]
}

interface TimelineRow {
  label: string
  /** The number of the server that answered, where the row is of one. */
  server?: number
  slices: number[]
  /** In a few words, a line each. */
  notes: string[]
}

const SLICES = 48

/** How many of the answers, each at its time, were in each slice. */
export function sliceTimes(times: number[], start: number, length: number): number[] {
  const slices = Array.from({ length: SLICES }, () => 0)
  for (const time of times) slices[Math.floor(((time - start) / length) * SLICES)]!++
  return slices
}

/** A line of bars for the terminal, with gaps where nothing was answered. */
export function drawSlices(slices: number[]): string {
  const most = Math.max(...slices, 1)
  return slices.map((count) => ' ▁▂▃▄▅▆▇█'[Math.ceil((count / most) * 8)]).join('')
}
