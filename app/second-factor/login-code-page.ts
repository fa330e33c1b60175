import { html, type SafeHtml } from '@remix-run/html-template'

import { REMEMBERED_DAYS } from '../../db/remembered-devices.ts'
import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import { checkbox, errorSummary, formTitle, type FormState } from '../ui/form.ts'
import { hiddenField } from '../ui/hidden-field.ts'
import type { Shell } from '../ui/shell.ts'
import { codeField } from './code-field.ts'

type LoginCodePageProps = {
  shell: Shell
  form: FormState<'code'>
  /** Whether this browser shall not be asked again for a while. */
  remembered: boolean
  /** Where to go afterwards, already checked to be a path of the shop; `null` is the home page. */
  returnTo: string | null
}

export function loginCodePage(props: LoginCodePageProps): SafeHtml {
  const { shell, form, remembered, returnTo } = props
  const code = codeField(form, { recovery: true, autofocus: form.errors.code === undefined })
  return document({
    title: formTitle('Enter your code', form),
    shell,
    main: html`<div class="wrap page page-narrow">
      <h1>Enter your code</h1>
      <p class="lead">Your password was right. You are logged in once we have your code as well.</p>
      ${errorSummary(form, code)}
      <form class="form" method="post" action="${routes.loginCode.action.href()}">
        ${hiddenField('formKey', shell.formKey)}
        ${returnTo === null ? null : hiddenField('returnTo', returnTo)} ${code}
        ${checkbox({
          name: 'rememberDevice',
          label: `Do not ask in this browser for ${REMEMBERED_DAYS} days`,
          hint: 'Leave it unticked on a computer that others use.',
          checked: remembered,
        })}
        <button class="button button-wide" type="submit">Log in</button>
      </form>
      <ul class="form-links">
        <li><a href="${routes.login.index.href(null, { returnTo })}">Begin again</a></li>
      </ul>
    </div>`,
  })
}
