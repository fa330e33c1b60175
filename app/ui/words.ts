const numbers = new Intl.NumberFormat('en')

/** `1,200`. */
export function formatNumber(count: number): string {
  return count < 1000 ? String(count) : numbers.format(count)
}

/** `books` as the first word of something. */
export function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** `1 book`, `2 books`, `1,200 books`. */
export function plural(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(count)} ${count === 1 ? singular : plural}`
}
