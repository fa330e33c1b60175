import { html, type SafeHtml } from '@remix-run/html-template'

import { REMEMBERED_DAYS } from '../../db/remembered-devices.ts'
import type { RememberedDevice } from '../../db/schema.ts'
import { describeUserAgent } from '../auth/user-agent.ts'
import { routes } from '../routes.ts'
import { backToAccount } from '../ui/back-to-account.ts'
import { document } from '../ui/document.ts'
import { hiddenField } from '../ui/hidden-field.ts'
import { madeForField } from '../ui/made-for-field.ts'
import { plural } from '../ui/words.ts'
import type { Shell } from '../ui/shell.ts'
import { dateTimeTag } from '../ui/time.ts'

type ManageFactorPageProps = {
  shell: Shell
  codesLeft: number
  devices: RememberedDevice[]
}

export function manageFactorPage({ shell, codesLeft, devices }: ManageFactorPageProps): SafeHtml {
  const hidden = html`${madeForField(shell.user)} ${hiddenField('formKey', shell.formKey)}`
  return document({
    title: 'Your second factor',
    shell,
    main: html`<div class="wrap page page-account">
      <h1>Your second factor</h1>
      <p class="lead">Your login asks for a code from your authenticator app after the password.</p>
      <section class="panel">
        <h2>Recovery codes</h2>
        <p>You have ${plural(codesLeft, 'code')} left. New ones replace the old ones.</p>
        <form method="post" action="${routes.secondFactor.replaceRecoveryCodes.href()}">
          ${hidden}
          <button class="button button-quiet" type="submit">Make new codes</button>
        </form>
      </section>
      <section class="panel">
        <h2>Browsers that need no code</h2>
        ${
          devices.length === 0
            ? html`<p>Every browser needs a code at every login.</p>`
            : html`<ul class="logins">
                ${devices.map((device) => deviceRow(device, hidden))}
              </ul>`
        }
      </section>
      <section class="panel">
        <h2>Turn it off</h2>
        <p>Your password alone will then be enough. All other browsers are logged out.</p>
        <form method="post" action="${routes.secondFactor.remove.href()}">
          ${hidden}
          <button class="button button-danger" type="submit">Turn it off</button>
        </form>
      </section>
      ${backToAccount}
    </div>`,
  })
}

function deviceRow({ userAgent, deviceHash, createdAt }: RememberedDevice, hidden: SafeHtml) {
  const browser = describeUserAgent(userAgent)
  return html`<li class="login">
    <div>
      <p class="login-browser">${browser}</p>
      <p class="login-when">Since ${dateTimeTag(createdAt)}, for ${REMEMBERED_DAYS} days</p>
    </div>
    <form method="post" action="${routes.secondFactor.forgetDevice.href({ id: deviceHash })}">
      ${hidden}
      <button class="bare" type="submit">
        Ask again<span class="visually-hidden"> in ${browser}</span>
      </button>
    </form>
  </li>`
}
