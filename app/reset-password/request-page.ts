import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { shop } from '../ui/shop.ts'
import { errorSummary, field, formTitle, type FormState } from '../ui/form.ts'
import { hiddenField } from '../ui/hidden-field.ts'

export type ResetRequestForm = FormState<'email'>

export function resetRequestPage({
  shell,
  form,
  formKey,
  returnTo,
}: {
  shell: Shell
  form: ResetRequestForm
  /** Made for this form alone: see form-answer.ts. */
  formKey: string
  /** Where the login shall lead that comes after it, already checked. */
  returnTo: string | null
}): SafeHtml {
  const email = field(form, 'email', { label: 'E-mail', type: 'email', autocomplete: 'username' })
  return document({
    title: formTitle('Forgot your password?', form),
    shell,
    listed: {
      path: routes.resetPassword.request.index.href(),
      description: `Choose a new password for your account at ${shop.name}.`,
    },
    main: html`<div class="wrap page page-narrow">
      <h1>Forgot your password?</h1>
      <p class="lead">
        Tell us your e-mail address, and we will send you a link to choose a new password.
      </p>
      ${errorSummary(form, email)}
      <form class="form" method="post" action="${routes.resetPassword.request.action.href()}">
        ${hiddenField('formKey', formKey)}
        ${returnTo === null ? null : hiddenField('returnTo', returnTo)} ${email}
        <button class="button button-wide" type="submit">Send the link</button>
      </form>
      <ul class="form-links">
        <li><a href="${routes.login.index.href(null, { returnTo })}">Back to log in</a></li>
      </ul>
    </div>`,
  })
}

/** The same whether the address has an account or not, so that nobody can ask who is a customer. */
export function resetSentPage({
  shell,
  minutes,
  outbox,
  returnTo,
}: {
  shell: Shell
  /** For how long the link works, as the mail says too. */
  minutes: number
  /** Whether there is a page that shows the message, which is so outside production. */
  outbox: boolean
  returnTo: string | null
}): SafeHtml {
  return document({
    title: 'Check your e-mail',
    shell,
    main: html`<div class="wrap page page-narrow">
      <h1>Check your e-mail</h1>
      <p class="lead">
        If there is an account with that address, a link to choose a new password is on its way. It
        works once, within ${minutes} minutes.
      </p>
      ${
        outbox
          ? html`<p>
              <a class="button" href="${routes.outbox.href()}">Open the development outbox</a>
            </p>`
          : null
      }
      <ul class="form-links">
        <li><a href="${routes.login.index.href(null, { returnTo })}">Back to log in</a></li>
      </ul>
    </div>`,
  })
}
