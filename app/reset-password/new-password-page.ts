import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { errorSummary, field, formTitle, type FormState } from '../ui/form.ts'
import { hiddenField } from '../ui/hidden-field.ts'

export type NewPasswordForm = FormState<'password'>

export function newPasswordPage({
  shell,
  token,
  form,
  formKey,
}: {
  shell: Shell
  token: string
  form: NewPasswordForm
  /** Made for this form alone: see form-answer.ts. */
  formKey: string
}): SafeHtml {
  const password = field(form, 'password', {
    label: 'New password',
    type: 'password',
    autocomplete: 'new-password',
    minlength: 8,
    hint: 'At least 8 characters. You will be logged out everywhere.',
  })
  return document({
    title: formTitle('Choose a new password', form),
    shell,
    main: html`<div class="wrap page page-narrow">
      <h1>Choose a new password</h1>
      ${errorSummary(form, password)}
      <form
        class="form"
        method="post"
        action="${routes.resetPassword.confirm.action.href({ token })}"
      >
        ${hiddenField('formKey', formKey)} ${password}
        <button class="button button-wide" type="submit">Save password</button>
      </form>
    </div>`,
  })
}

/** For a link that is unknown, used or too old: which of them is nobody's business. */
export function resetInvalidPage({ shell }: { shell: Shell }): SafeHtml {
  return document({
    title: 'This link no longer works',
    shell,
    main: html`<div class="wrap page page-narrow">
      <h1>This link no longer works</h1>
      <p class="lead">
        It was used already, or it is too old, or a part of it went missing on the way. Ask for a
        new one.
      </p>
      <p>
        <a class="button" href="${routes.resetPassword.request.index.href()}">Send a new link</a>
      </p>
    </div>`,
  })
}
