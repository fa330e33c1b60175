import { html, type SafeHtml } from '@remix-run/html-template'

import type { Shell } from './shell.ts'

// The server cannot know the reader's zone, so it tells UTC and says so. public/local-times.js puts
// the reader's own time in its place, in the same format.
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
const minute = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
})
const second = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'medium',
  timeZone: 'UTC',
})

/** A day for people, with the exact moment for machines. */
export function dateTag(date: Date): SafeHtml {
  const text = `${day.format(date)} (UTC)`
  return html`<time datetime="${date.toISOString()}" data-local="day">${text}</time>`
}

/** A day and an hour for people, with the exact moment for machines. */
export function dateTimeTag(date: Date): SafeHtml {
  const text = `${minute.format(date)} UTC`
  return html`<time datetime="${date.toISOString()}" data-local="minute">${text}</time>`
}

/** The same to the second. */
export function secondTag(date: Date): SafeHtml {
  const text = `${second.format(date)} UTC`
  return html`<time datetime="${date.toISOString()}" data-local="second">${text}</time>`
}

/** The script that makes them local, for a page that has any; nobody shall see them change. */
export function localTimes(
  main: SafeHtml,
  { asset, panel }: Pick<Shell, 'asset' | 'panel'>,
): SafeHtml | null {
  // The last letter of each moment is a rare one, so that a page is searched in no time.
  return [main, panel?.body].some((part) => String(part).includes('Z" data-local="'))
    ? html`<script type="module" src="${asset('/local-times.js')}" blocking="render"></script>`
    : null
}
