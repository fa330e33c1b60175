import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'

/** The same whether the address has an account or not, so that nobody can ask who is a customer. */
export function mailSentPage({
  shell,
  text,
  returnTo,
}: {
  shell: Shell
  text: string
  /** Where the login shall lead that comes after it, already checked. */
  returnTo: string | null
}): SafeHtml {
  return document({
    title: 'Check your e-mail',
    shell,
    main: html`<div class="wrap page page-narrow">
      <h1>Check your e-mail</h1>
      <p class="lead">${text}</p>
      ${shell.parts.mailSent.map((part) => html`<p>${part}</p>`)}
      <ul class="form-links">
        <li><a href="${routes.login.index.href(null, { returnTo })}">Back to log in</a></li>
      </ul>
    </div>`,
  })
}
