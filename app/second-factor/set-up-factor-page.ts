import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { backToAccount } from '../ui/back-to-account.ts'
import { document } from '../ui/document.ts'
import { errorSummary, formTitle, type FormState } from '../ui/form.ts'
import { hiddenField } from '../ui/hidden-field.ts'
import { madeForField } from '../ui/made-for-field.ts'
import type { Shell } from '../ui/shell.ts'
import { codeField } from './code-field.ts'
import { qrCode } from './qr-code.ts'

type SetUpFactorPageProps = {
  shell: Shell
  form: FormState<'code'>
  /** In base32, to be typed where no camera is. */
  secret: string
  /** The same with all that an app wants to know, for the QR code and for an app on this device. */
  address: string
}

export function setUpFactorPage(props: SetUpFactorPageProps): SafeHtml {
  const { shell, form, secret, address } = props
  const code = codeField(form, { recovery: false })
  return document({
    title: formTitle('Log in with a code as well', form),
    shell,
    main: html`<div class="wrap page page-narrow">
      <h1>Log in with a code as well</h1>
      <p class="lead">
        An authenticator app on your phone shows a code. Once your login asks for it, nobody gets in
        with your password alone.
      </p>
      ${errorSummary(form, code)}
      <ol class="steps">
        <li>
          <p>
            Scan this with the app, or <a href="${address}">open the app on this device</a>, or
            type:
          </p>
          ${qrCode(address, 'QR code for your authenticator app')}
          <p><code class="secret">${secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code></p>
        </li>
        <li>
          <p>Enter the code that it shows, to turn it on.</p>
          <form class="form" method="post" action="${routes.secondFactor.add.href()}">
            ${madeForField(shell.user)} ${hiddenField('formKey', shell.formKey)} ${code}
            <button class="button" type="submit">Turn it on</button>
          </form>
        </li>
      </ol>
      ${backToAccount}
    </div>`,
  })
}
