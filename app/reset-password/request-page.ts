import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { shop } from '../ui/shop.ts'
import { errorSummary, field, formTitle, type FormState } from '../ui/form.ts'
import { hiddenField } from '../ui/hidden-field.ts'

type ResetRequestForm = FormState<'email'>

export function resetRequestPage({
  shell,
  form,
  returnTo,
}: {
  shell: Shell
  form: ResetRequestForm
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
        ${hiddenField('formKey', shell.formKey)}
        ${returnTo === null ? null : hiddenField('returnTo', returnTo)} ${email}
        <button class="button button-wide" type="submit">Send the link</button>
      </form>
      <ul class="form-links">
        <li><a href="${routes.login.index.href(null, { returnTo })}">Back to log in</a></li>
      </ul>
    </div>`,
  })
}
