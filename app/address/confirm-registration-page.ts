import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { errorSummary, field, formTitle, type FormState } from '../ui/form.ts'
import { hiddenField } from '../ui/hidden-field.ts'
import { usernameField } from '../ui/username-field.ts'

export type ConfirmRegistrationForm = FormState<'password'>

export function confirmRegistrationPage({
  shell,
  token,
  email,
  askPassword,
  form,
}: {
  shell: Shell
  token: string
  email: string
  /** In another browser than the one that asked for the account. */
  askPassword: boolean
  form: ConfirmRegistrationForm
}): SafeHtml {
  const fields = html`${usernameField(email)}
  ${field(form, 'password', {
    label: 'Password',
    type: 'password',
    autocomplete: 'current-password',
    hint: 'The one that you chose for this account, as you are in another browser now.',
  })}`
  return document({
    title: formTitle('Open your account', form),
    shell,
    main: html`<div class="wrap page page-narrow">
      <h1>Open your account</h1>
      <p class="lead">
        ${email} is your address.
        ${
          askPassword
            ? 'Enter the password that you chose, and the account is yours.'
            : 'One more click, and the account is yours.'
        }
      </p>
      ${errorSummary(form, fields)}
      <form
        class="form"
        method="post"
        action="${routes.confirmRegistration.action.href({ token })}"
      >
        ${hiddenField('formKey', shell.formKey)} ${askPassword ? fields : null}
        <button class="button button-wide" type="submit">Open the account</button>
      </form>
    </div>`,
  })
}

/** For a link that is unknown, used or too old: which of them is nobody's business. */
export function registrationInvalidPage({ shell }: { shell: Shell }): SafeHtml {
  return document({
    title: 'This link no longer works',
    shell,
    main: html`<div class="wrap page page-narrow">
      <h1>This link no longer works</h1>
      <p class="lead">
        It was used already, or it is too old, or a part of it went missing on the way.
      </p>
      <p><a class="button" href="${routes.login.index.href()}">Log in</a></p>
      <ul class="form-links">
        <li><a href="${routes.register.index.href()}">Create an account</a></li>
      </ul>
    </div>`,
  })
}
