import { describeWait } from '../ui/wait.ts'

/** What to tell somebody who has tried too often. */
export function tellToWait(seconds: number): string {
  return `Too many attempts. Please try again in ${describeWait(seconds)}.`
}

/** What to tell at the field for an address to which too many mails have gone. */
export function tellTooManyLinks(seconds: number): string {
  return `Too many links were asked for. Please try again in ${describeWait(seconds)}.`
}

/** How a page answers a form that was sent too often. */
export function tooManyRequests(seconds: number): ResponseInit {
  return { status: 429, headers: { 'Retry-After': String(seconds) } }
}
