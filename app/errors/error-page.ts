import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document, type Shell } from '../ui/document.ts'

export type ErrorPageProps = {
  shell: Shell
  status: number
  title: string
  message: string
  /** The way on; to all books when there is none. */
  action?: { href: string; text: string }
}

export function errorPage({ shell, status, title, message, action }: ErrorPageProps): SafeHtml {
  const { href, text } = action ?? { href: routes.books.index.href(), text: 'Browse all books' }
  return document({
    title,
    shell,
    main: html`<div class="wrap page error-page">
      <p class="error-status" aria-hidden="true">${status}</p>
      <h1>${title}</h1>
      <p class="lead">${message}</p>
      <p><a class="button" href="${href}">${text}</a></p>
    </div>`,
  })
}
