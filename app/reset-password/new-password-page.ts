import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { errorSummary, field, formTitle, type FormState } from '../ui/form.ts'
import { hiddenField } from '../ui/hidden-field.ts'
import { usernameField } from '../ui/username-field.ts'

export type NewPasswordForm = FormState<'name' | 'password'>

export function newPasswordPage({
  shell,
  token,
  email,
  form,
  beginsAnew,
}: {
  shell: Shell
  token: string
  /** To which the link was sent, so that its reader knows it. */
  email: string
  form: NewPasswordForm
  /** Whether the account of before may be a stranger's, so that it is a new one that is opened. */
  beginsAnew: boolean
}): SafeHtml {
  const name = field(form, 'name', { label: 'Name', autocomplete: 'name', maxlength: 100 })
  const password = field(form, 'password', {
    label: 'New password',
    type: 'password',
    autocomplete: 'new-password',
    minlength: 8,
    hint: 'At least 8 characters. You will be logged out everywhere.',
  })
  const fields = html`${beginsAnew ? name : null} ${usernameField(email)} ${password}`
  return document({
    title: formTitle('Choose a new password', form),
    shell,
    main: html`<div class="wrap page page-narrow">
      <h1>Choose a new password</h1>
      ${beginsAnew ? anewNote(email) : html`<p class="lead">For the account of ${email}.</p>`}
      ${errorSummary(form, fields)}
      <form
        class="form"
        method="post"
        action="${routes.resetPassword.confirm.action.href({ token })}"
      >
        ${hiddenField('formKey', shell.formKey)} ${fields}
        <button class="button button-wide" type="submit">Save password</button>
      </form>
    </div>`,
  })
}

function anewNote(email: string): SafeHtml {
  return html`<p class="lead">
    Nobody has confirmed before that ${email} is theirs, so somebody else may have opened its
    account. You get a new one, without orders and cart. To keep the old one, open this link in a
    browser in which you were logged in to it.
  </p>`
}

/** For a link that is unknown, used or too old: which of them is nobody's business. */
export function resetInvalidPage({ shell }: { shell: Shell }): SafeHtml {
  return document({
    title: 'This link no longer works',
    shell,
    main: html`<div class="wrap page page-narrow">
      <h1>This link no longer works</h1>
      <p class="lead">
        It has been used, it is too old, or a part of it is missing. Ask for a new one.
      </p>
      <p>
        <a class="button" href="${routes.resetPassword.request.index.href()}">Send a new link</a>
      </p>
    </div>`,
  })
}
