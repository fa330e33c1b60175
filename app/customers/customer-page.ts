import { html, type SafeHtml } from '@remix-run/html-template'

import type { Login, User } from '../../db/schema.ts'
import { describeNetwork } from '../auth/describe-network.ts'
import { describeUserAgent } from '../auth/user-agent.ts'
import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import { errorSummary, field, formTitle } from '../ui/form.ts'
import { hiddenField } from '../ui/hidden-field.ts'
import { madeForField } from '../ui/made-for-field.ts'
import type { Shell } from '../ui/shell.ts'
import { dateTimeTag } from '../ui/time.ts'

type CustomerPageProps = {
  shell: Shell
  /** What was looked for. */
  email: string | null
  customer: Pick<User, 'id' | 'name' | 'email'> | undefined
  /** Where the customer is logged in. */
  logins: Login[]
}

export function customerPage(props: CustomerPageProps): SafeHtml {
  const { shell, email, customer } = props
  const errors = email !== null && !customer ? { email: 'No account has this address.' } : {}
  const form = { values: { email: email ?? '' }, errors }
  const fields = field(form, 'email', { label: 'E-mail of the customer', type: 'email' })
  return document({
    title: formTitle('Logins of a customer', form),
    shell,
    main: html`<div class="wrap page page-account">
      <h1>Logins of a customer</h1>
      ${errorSummary(form, fields)}
      <form class="form" method="get" action="${routes.customers.show.href()}">
        ${fields}
        <button class="button button-quiet" type="submit">Show</button>
      </form>
      ${customer ? loginsOf(customer, props) : null}
    </div>`,
  })
}

function loginsOf(
  { id, name }: NonNullable<CustomerPageProps['customer']>,
  { shell, logins }: CustomerPageProps,
): SafeHtml {
  return html`<section class="panel">
    <h2 dir="auto">${name}</h2>
    ${
      logins.length === 0
        ? html`<p>Not logged in anywhere.</p>`
        : html`<ul class="logins">
              ${logins.map(
                ({ userAgent, network, createdAt, lastSeenAt }) =>
                  html`<li class="login">
                    <div>
                      <p class="login-browser">${describeUserAgent(userAgent)}</p>
                      <p class="login-when">
                        Since ${dateTimeTag(createdAt)}, last seen
                        ${dateTimeTag(lastSeenAt)}${describeNetwork(network)}
                      </p>
                    </div>
                  </li>`,
              )}
            </ul>
            <form method="post" action="${routes.customers.endLogins.href({ id: String(id) })}">
              ${madeForField(shell.user)} ${hiddenField('formKey', shell.formKey)}
              <button class="button button-danger" type="submit">End all logins</button>
            </form>`
    }
  </section>`
}
