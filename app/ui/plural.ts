const numbers = new Intl.NumberFormat('en')

/** `1,200`. */
export function formatNumber(count: number): string {
  return count < 1000 ? String(count) : numbers.format(count)
}

/** `1 book`, `2 books`, `1,200 books`. */
export function plural(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(count)} ${count === 1 ? singular : plural}`
}
