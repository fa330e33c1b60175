import { html, type SafeHtml } from '@remix-run/html-template'

import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { emptyState } from '../ui/empty-state.ts'
import { dateTimeTag } from '../ui/time.ts'

export type OutboxMessage = { to: string; subject: string; text: string; sentAt: Date }

/** Outside production only: the mails that the shop would have sent, newest first. */
export function outboxPage({
  shell,
  messages,
}: {
  shell: Shell
  messages: readonly OutboxMessage[]
}): SafeHtml {
  return document({
    title: 'Outbox',
    shell,
    main: html`<div class="wrap page page-account">
      <h1>Outbox</h1>
      <p class="lead">For development: nothing is sent, mails end here.</p>
      ${
        messages.length === 0
          ? emptyState({
              title: 'No mail yet',
              text: 'Ask for a new password, and the message with the link shows up here.',
            })
          : messages.map(mail)
      }
    </div>`,
  })
}

function mail({ to, subject, text, sentAt }: OutboxMessage): SafeHtml {
  return html`<article class="panel mail">
    <h2>${subject}</h2>
    <p class="mail-head">To ${to}, ${dateTimeTag(sentAt)}</p>
    <pre class="mail-text">${linked(text)}</pre>
  </article>`
}

/** Plain text with its web addresses as links. */
function linked(text: string): Array<SafeHtml | string> {
  return text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, index) => (index % 2 === 1 ? html`<a href="${part}">${part}</a>` : part))
}
