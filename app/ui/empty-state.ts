import { html, type SafeHtml } from '@remix-run/html-template'

import { chairMark } from './icons.ts'

/** Where there is nothing to list: what that means and where to go. */
export function emptyState({
  title,
  text,
  action,
  more,
}: {
  title: string
  text: SafeHtml | string
  action?: { href: string; text: string }
  /** Other ways to go on, after the button. */
  more?: SafeHtml | null
}): SafeHtml {
  return html`<div class="empty">
    ${chairMark('empty-chair')}
    <h2>${title}</h2>
    <p>${text}</p>
    ${action ? html`<p><a class="button" href="${action.href}">${action.text}</a></p>` : null}
    ${more}
  </div>`
}
