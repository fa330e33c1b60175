import { html, type SafeHtml } from '@remix-run/html-template'

import { alertIcon, tickIcon } from './icons.ts'

export type Notice = { kind: 'notice' | 'error'; text: string }

/** Messages about what was just done: polite for notices, assertive for errors. */
export function noticeList(notices: Notice[]): SafeHtml | null {
  if (notices.length === 0) return null
  return html`<div class="notices">${notices.map(notice)}</div>`
}

function notice({ kind, text }: Notice): SafeHtml {
  return kind === 'error'
    ? html`<p class="notice notice-error" role="alert">${alertIcon}<span>${text}</span></p>`
    : html`<p class="notice" role="status">${tickIcon}<span>${text}</span></p>`
}
