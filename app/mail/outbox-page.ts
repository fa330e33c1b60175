import { html, type SafeHtml } from '@remix-run/html-template'

import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { emptyState } from '../ui/empty-state.ts'
import { dateTimeTag } from '../ui/time.ts'
import type { KeptMail } from './mail.ts'

/** Outside production only: the mails that the shop would have sent, newest first. */
export function outboxPage({
  shell,
  mails,
}: {
  shell: Shell
  mails: readonly KeptMail[]
}): SafeHtml {
  return document({
    title: 'Outbox',
    shell,
    main: html`<div class="wrap page page-account">
      <h1>Outbox</h1>
      <p class="lead">For development: every mail ends here, whether it is sent as well or not.</p>
      ${
        mails.length === 0
          ? emptyState({
              title: 'No mail yet',
              text: 'Ask for a new password, and the message with the link shows up here.',
            })
          : mails.map(mailPanel)
      }
    </div>`,
  })
}

function mailPanel({ to, subject, text, createdAt }: KeptMail): SafeHtml {
  return html`<article class="panel">
    <h2>${subject}</h2>
    <p class="mail-head">To ${to}, ${dateTimeTag(createdAt)}</p>
    <pre class="mail-text">${linked(text)}</pre>
  </article>`
}

/** Plain text with its web addresses as links. */
function linked(text: string): Array<SafeHtml | string> {
  return text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, index) => (index % 2 === 1 ? html`<a href="${part}">${part}</a>` : part))
}
