import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { backToAccount } from '../ui/back-to-account.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { errorSummary, field, formTitle, type FormState } from '../ui/form.ts'
import { hiddenField } from '../ui/hidden-field.ts'
import { keptField } from '../ui/kept-field.ts'
import { madeForField } from '../ui/made-for-field.ts'

export type AddressForm = FormState<'email'>

export function changeAddressPage({
  shell,
  email,
  confirmed,
  form,
}: {
  shell: Shell
  /** The address of today. */
  email: string
  confirmed: boolean
  form: AddressForm
}): SafeHtml {
  const label = confirmed ? 'New e-mail address' : 'E-mail address'
  const fields = field(form, 'email', { label, type: 'email', autocomplete: 'email' })
  return document({
    title: formTitle('Your e-mail address', form),
    shell,
    main: html`<div class="wrap page page-narrow">
      <h1>Your <span class="unbroken">e-mail</span> address</h1>
      <p class="lead">
        ${
          confirmed
            ? html`It is ${email}. We send a link to the new one, and it takes its place once you
              have followed the link.`
            : html`It is ${email}, and the link that we sent there has not been followed yet. Send
              it once more, or to another address if you mistyped this one.`
        }
      </p>
      ${errorSummary(form, fields)}
      <form class="form" method="post" action="${routes.address.change.action.href()}">
        ${madeForField(shell.user)} ${keptField(shell)} ${hiddenField('formKey', shell.formKey)}
        ${fields}
        <button class="button button-wide" type="submit">Send the link</button>
      </form>
      ${backToAccount}
    </div>`,
  })
}
