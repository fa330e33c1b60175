import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { isUnseen } from '../forms/unseen-field.ts'
import { field } from '../ui/form.ts'
import { hiddenField } from '../ui/hidden-field.ts'
import type { SentForm } from './sent-form.ts'

type ErrorPageProps = {
  shell: Shell
  status: number
  title: string
  message: string
  /** The way on; to the home page when there is none. */
  action?: { href: string; text: string }
  /** The form that could not be taken, to be sent again. */
  again?: SentForm | undefined
  /** Where the page is that could not be shown, to be asked for again: a path of the shop. */
  retry?: string | undefined
}

export function errorPage({
  shell,
  status,
  title,
  message,
  action,
  again,
  retry,
}: ErrorPageProps): SafeHtml {
  const { href, text } = action ?? { href: routes.home.href(), text: 'Go to the home page' }
  return document({
    title,
    shell,
    main: html`<div class="wrap page error-page">
      <p class="error-status" aria-hidden="true">${status}</p>
      <h1>${title}</h1>
      <p class="lead">${message}</p>
      ${
        again
          ? sendAgain(again)
          : html`<p class="receipt-after">
              ${retry === undefined ? null : html`<a class="button" href="${retry}">Try again</a>`}
              <a class="button ${retry === undefined ? null : 'button-quiet'}" href="${href}"
                >${text}</a
              >
            </p>`
      }
    </div>`,
  })
}

const labels: Record<string, string> = {
  code: 'Code',
  currentPassword: 'Current password',
  newPassword: 'New password',
}

const autocomplete: Record<string, string> = {
  code: 'one-time-code',
  newPassword: 'new-password',
}

function keptHint(isPart: boolean): SafeHtml {
  return html`<p class="hint">What ${isPart ? 'else ' : null}you entered is kept.</p>`
}

function sendAgain({ action, fields, secrets }: SentForm): SafeHtml {
  const form = { values: {}, errors: {} }
  return html`<form class="form page-narrow" method="post" action="${action}">
    ${fields.map(([name, value]) => hiddenField(name, value))}
    ${fields.every(([name]) => isUnseen(name)) ? null : keptHint(secrets.length > 0)}
    ${secrets.map((name) =>
      field(form, name, {
        label: labels[name] ?? 'Password',
        hint: 'Never kept: please enter it again.',
        type: 'password',
        autocomplete: autocomplete[name] ?? 'current-password',
      }),
    )}
    <p><button class="button" type="submit">Send it again</button></p>
  </form>`
}
