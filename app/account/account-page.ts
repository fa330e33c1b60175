import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { errorSummary, field, formTitle, type FormState } from '../ui/form.ts'
import { hiddenField } from '../ui/hidden-field.ts'
import { madeForField } from '../ui/made-for-field.ts'
import { usernameField } from '../ui/username-field.ts'
import { plural } from '../ui/words.ts'
import { dateTag, dateTimeTag } from '../ui/time.ts'
import { describeNetwork } from '../auth/describe-network.ts'
import { describeUserAgent } from '../auth/user-agent.ts'
import { nameOfLogin } from '../../db/logins.ts'
import type { Login, User } from '../../db/schema.ts'

export type PasswordForm = FormState<'currentPassword' | 'newPassword'>

type AccountPageProps = {
  shell: Shell
  user: Pick<User, 'name' | 'email' | 'emailConfirmedAt' | 'createdAt'>
  /** Where the user is logged in. */
  logins: Login[]
  /** Which of them asks for this page. */
  currentLoginId: string
  passwordForm: PasswordForm
  /** How many passkeys there are. */
  passkeys: number
  /** Whether a code is asked for after the password. */
  hasFactor: boolean
  /** Whether it was proved lately who it is: see requireRecentLogin. */
  recent: boolean
}

export function accountPage(props: AccountPageProps): SafeHtml {
  const { shell, user, passwordForm } = props
  const password = passwordSection(props)
  return document({
    title: formTitle('Your account', passwordForm),
    shell,
    main: html`<div class="wrap page page-account">
      <h1>Your account</h1>
      ${errorSummary(passwordForm, password)} ${profile(user)} ${loginList(props)} ${password}
      ${passkeySection(props)} ${secondFactorSection(props)}
    </div>`,
  })
}

function profile({ name, email, emailConfirmedAt, createdAt }: AccountPageProps['user']): SafeHtml {
  return html`<section class="panel">
    <h2>Profile</h2>
    <dl class="facts">
      <div>
        <dt>Name</dt>
        <dd><bdi>${name}</bdi></dd>
      </div>
      <div>
        <dt>E-mail</dt>
        <dd>
          ${email}${emailConfirmedAt === null ? html` <span class="badge">Not confirmed</span>` : null}
        </dd>
      </div>
      <div>
        <dt>Customer since</dt>
        <dd>${dateTag(createdAt)}</dd>
      </div>
    </dl>
    <p>
      <a href="${routes.address.change.index.href()}"
        >${emailConfirmedAt === null ? 'Confirm or change your e-mail address' : 'Change your e-mail address'}</a
      >
    </p>
    <p><a href="${routes.orders.index.href()}">Your orders</a></p>
  </section>`
}

function loginList({ shell, logins, currentLoginId }: AccountPageProps): SafeHtml {
  return html`<section class="panel">
    <h2>Where you are logged in</h2>
    <ul class="logins">
      ${logins.map((login) => loginRow(login, login.id === currentLoginId, shell))}
    </ul>
    ${
      logins.length > 1
        ? html`<form method="post" action="${routes.account.removeOtherLogins.href()}">
            ${madeForField(shell.user)} ${hiddenField('formKey', shell.formKey)}
            <button class="button button-quiet" type="submit">Log out all other browsers</button>
          </form>`
        : null
    }
  </section>`
}

function loginRow(login: Login, current: boolean, shell: Shell): SafeHtml {
  const browser = describeUserAgent(login.userAgent)
  return html`<li class="login">
    <div>
      <p class="login-browser">
        ${browser} ${current ? html`<span class="badge">This browser</span>` : null}
        ${login.bindingId === null ? null : deviceBadge(current)}
      </p>
      <p class="login-when">
        Since ${dateTimeTag(login.createdAt)}, last seen
        ${dateTimeTag(login.lastSeenAt)}${login.remembered ? ', remembered' : ''}${describeNetwork(login.network)}
      </p>
    </div>
    <form method="post" action="${routes.account.removeLogin.href({ id: nameOfLogin(login.id) })}">
      ${madeForField(shell.user)} ${hiddenField('formKey', shell.formKey)}
      <button class="bare" type="submit">
        Log out<span class="visually-hidden"> ${current ? 'this browser' : browser}</span>
      </button>
    </form>
  </li>`
}

function deviceBadge(current: boolean): SafeHtml {
  return html`<span class="badge">Bound to ${current ? 'this' : 'its'} device</span>`
}

function passwordSection(props: AccountPageProps): SafeHtml {
  return html`<section class="panel">
    <h2>Change password</h2>
    ${
      props.recent
        ? passwordForm(props)
        : html`<p>
            <a class="button button-quiet" href="${routes.account.passwordForm.href()}"
              >Choose a new password</a
            >
          </p>`
    }
  </section>`
}

function passkeySection({ passkeys }: AccountPageProps): SafeHtml {
  return html`<section class="panel">
    <h2>Passkeys</h2>
    <p>
      You have ${passkeys === 0 ? 'none' : plural(passkeys, 'passkey')}. With one you log in by
      fingerprint, face or screen lock, without a password.
    </p>
    <p>
      <a class="button button-quiet" href="${routes.passkeys.show.href()}">Your passkeys</a>
    </p>
  </section>`
}

function secondFactorSection({ hasFactor }: AccountPageProps): SafeHtml {
  return html`<section class="panel">
    <h2>Second factor</h2>
    <p>
      ${
        hasFactor
          ? 'It is on: your login asks for a code after the password.'
          : 'It is off: your login asks for the password alone.'
      }
    </p>
    <p>
      <a class="button button-quiet" href="${routes.secondFactor.show.href()}"
        >Codes from an authenticator app</a
      >
    </p>
  </section>`
}

function passwordForm({ shell, user, passwordForm: form }: AccountPageProps): SafeHtml {
  return html`<form class="form" method="post" action="${routes.account.changePassword.href()}">
    ${madeForField(shell.user)} ${hiddenField('formKey', shell.formKey)}
    ${usernameField(user.email)}
    ${field(form, 'currentPassword', {
      label: 'Current password',
      type: 'password',
      autocomplete: 'current-password',
    })}
    ${field(form, 'newPassword', {
      label: 'New password',
      type: 'password',
      autocomplete: 'new-password',
      minlength: 8,
      hint: 'At least 8 characters. You will be logged out of all other browsers.',
    })}
    <button class="button" type="submit">Change password</button>
  </form>`
}
