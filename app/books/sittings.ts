import { plural } from '../ui/words.ts'

const PAGES_AN_HOUR = 40
const HOURS_A_SITTING = 3

/** The shop's own measure of a book: how often one sits down for it. */
export function sittings(pages: number): string {
  return plural(Math.max(1, Math.round(pages / PAGES_AN_HOUR / HOURS_A_SITTING)), 'sitting')
}

/** `about 8 hours`, at the pace that a sitting is counted with. */
export function readingTime(pages: number): string {
  return `about ${plural(Math.max(1, Math.round(pages / PAGES_AN_HOUR)), 'hour')}`
}
