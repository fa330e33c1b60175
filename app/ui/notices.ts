import { html, type SafeHtml } from '@remix-run/html-template'
import { createContextKey } from 'remix/fetch-router'

import { alertIcon, tickIcon } from './icons.ts'
import { withIsolated } from './isolated.ts'

export interface Notice {
  kind: 'notice' | 'error'
  text: string
  /** Words of the text that lead somewhere. */
  link?: { text: string; href: string } | undefined
}

/** Context key: what the page of this very request tells, beside what the last one has left for it. */
export const NoticeNow = createContextKey<Notice>()

/**
 * Messages about what was just done: polite for notices, assertive for errors. The first error has the focus
 * when the page opens, so that the next Tab leads from there to what is to be done again.
 */
export function noticeList(notices: Notice[]): SafeHtml | null {
  if (notices.length === 0) return null
  const firstError = notices.findIndex(({ kind }) => kind === 'error')
  return html`<div class="notices">
    ${notices.map((notice, index) => show(notice, index === firstError))}
  </div>`
}

function show({ kind, text, link }: Notice, autofocus: boolean): SafeHtml {
  const content = html`<span>${link ? withLink(text, link) : withIsolated(text)}</span>`
  return kind === 'error'
    ? html`<p
        class="notice notice-error"
        role="alert"
        tabindex="-1"
        ${autofocus ? html`autofocus` : null}
      >
        ${alertIcon}${content}
      </p>`
    : html`<p class="notice" role="status">${tickIcon}${content}</p>`
}

function withLink(text: string, { text: words, href }: NonNullable<Notice['link']>) {
  // The last, as a title before may have the same words in it.
  const start = text.lastIndexOf(words)
  if (start === -1) return withIsolated(text)
  const link = html`<a href="${href}">${withIsolated(words)}</a>`
  const [before, after] = [text.slice(0, start), text.slice(start + words.length)]
  return html`${withIsolated(before)}${link}${withIsolated(after)}`
}
