import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { shop } from '../ui/shop.ts'
import { errorSummary, field, formTitle, type FormState } from '../ui/form.ts'
import { hiddenField } from '../ui/hidden-field.ts'

export type RegisterForm = FormState<'name' | 'email' | 'password'>

type RegisterPageProps = {
  shell: Shell
  form: RegisterForm
  /** Where to go afterwards, already checked to be a path of the shop; `null` is the home page. */
  returnTo: string | null
  /** What the account is for. */
  reason: string | undefined
  /** Whether the address is that of an account, whose owner may log in instead. */
  isKnown: boolean
}

export function registerPage(props: RegisterPageProps): SafeHtml {
  const { shell, form, returnTo, reason, isKnown } = props
  const fields = registerFields(form)
  return document({
    title: formTitle('Create an account', form),
    shell,
    listed: {
      path: routes.register.index.href(),
      description: `Create an account at ${shop.name}.`,
    },
    main: html`<div class="wrap page page-narrow">
      <h1>Create an account</h1>
      ${reason ? html`<p class="lead">${reason}</p>` : null}
      ${errorSummary(form, fields, isKnown ? ifItIsYours(returnTo) : null)}
      <form class="form" method="post" action="${routes.register.action.href()}">
        ${hiddenField('formKey', shell.formKey)}
        ${returnTo === null ? null : hiddenField('returnTo', returnTo)} ${fields}
        <button class="button button-wide" type="submit">Create account</button>
      </form>
      <ul class="form-links">
        <li>
          Already have an account?
          <a href="${routes.login.index.href(null, { returnTo })}">Log in</a>
        </li>
      </ul>
    </div>`,
  })
}

function registerFields(form: RegisterForm): SafeHtml {
  return html`${field(form, 'name', { label: 'Name', autocomplete: 'name', maxlength: 100 })}
  ${field(form, 'email', { label: 'E-mail', type: 'email', autocomplete: 'username' })}
  ${field(form, 'password', {
    label: 'Password',
    type: 'password',
    autocomplete: 'new-password',
    minlength: 8,
    hint: 'At least 8 characters. A few words in a row make a good one.',
  })}`
}

function ifItIsYours(returnTo: string | null): SafeHtml {
  const login = routes.login.index.href(null, { returnTo })
  return html`<div>
    <p>If that account is yours, <a href="${login}">log in</a>.</p>
    ${forgotPassword(returnTo)}
  </div>`
}

function forgotPassword(returnTo: string | null): SafeHtml {
  const reset = routes.resetPassword.request.index.href(null, { returnTo })
  return html`<p>Forgot its password? You can <a href="${reset}">choose a new password</a>.</p>`
}
