import { html, type SafeHtml } from '@remix-run/html-template'

// One time zone for everybody, named where the hour is shown: the server cannot know the reader's.
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
const hour = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
})

/** A day for people, with the exact moment for machines. */
export function dateTag(date: Date): SafeHtml {
  return html`<time datetime="${date.toISOString()}">${day.format(date)}</time>`
}

/** A day and an hour (UTC) for people, with the exact moment for machines. */
export function dateTimeTag(date: Date): SafeHtml {
  return html`<time datetime="${date.toISOString()}">${hour.format(date)} UTC</time>`
}
