import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { shop } from '../ui/shop.ts'
import { passkeyButton, passkeyScript } from '../passkeys/passkey-button.ts'
import { checkbox, field, type FormState } from '../ui/form.ts'
import { hiddenField } from '../ui/hidden-field.ts'

export type DemoAccount = { email: string; password: string }

export type LoginPageProps = {
  shell: Shell
  /** Kept from an attempt that failed. */
  email: string
  remember: boolean
  /** Where to go afterwards, already checked to be a path of the shop; `null` is the home page. */
  returnTo: string | null
  /** What the login is for. */
  reason: string | undefined
  /** Where the shop is, see passkey-button.ts. */
  origin: string
  /** Empty in production, where there are none. */
  demoAccounts: DemoAccount[]
}

export function loginPage({
  shell,
  email,
  remember,
  returnTo,
  reason,
  origin,
  demoAccounts,
}: LoginPageProps): SafeHtml {
  const form: FormState<'email' | 'password'> = { values: { email }, errors: {} }
  return document({
    title: 'Log in',
    shell,
    extra: passkeyScript(shell),
    listed: { path: routes.login.index.href(), description: `Log in to ${shop.name}.` },
    main: html`<div class="wrap page page-narrow">
      <h1>Log in</h1>
      ${reason ? html`<p class="lead">${reason}</p>` : null}
      <form class="form" method="post" action="${routes.login.action.href()}">
        ${hiddenField('formKey', shell.formKey)}
        ${returnTo === null ? null : hiddenField('returnTo', returnTo)}
        ${field(form, 'email', { label: 'E-mail', type: 'email', autocomplete: 'username webauthn' })}
        ${field(form, 'password', {
          label: 'Password',
          type: 'password',
          autocomplete: 'current-password',
        })}
        ${checkbox({
          name: 'remember',
          label: 'Remember me',
          hint: 'Leave it unticked on a computer that others use.',
          checked: remember,
        })}
        <button class="button button-wide" type="submit">Log in</button>
        ${passkeyButton({
          label: 'Use a passkey',
          does: 'log in',
          options: routes.passkeyLogin.options.href(),
          action: routes.passkeyLogin.action.href(),
          origin,
        })}
      </form>
      <ul class="form-links">
        <li>
          New here?
          <a href="${routes.register.index.href(null, { returnTo })}">Create an account</a>
        </li>
        ${forgotPassword(returnTo)}
      </ul>
      ${demoAccounts.length === 0 ? null : demoHint(demoAccounts)}
    </div>`,
  })
}

function forgotPassword(returnTo: string | null): SafeHtml {
  const reset = routes.resetPassword.request.index.href(null, { returnTo })
  return html`<li><a href="${reset}">Forgot your password?</a></li>`
}

function demoHint(accounts: DemoAccount[]): SafeHtml {
  return html`<aside class="demo" aria-labelledby="demo-title">
    <h2 id="demo-title">Demo accounts</h2>
    <dl>
      ${accounts.map(
        ({ email, password }) =>
          html`<div>
            <dt><code>${email}</code></dt>
            <dd><code>${password}</code></dd>
          </div>`,
      )}
    </dl>
  </aside>`
}
