import { html, type SafeHtml } from '@remix-run/html-template'

import type { Passkey } from '../../db/schema.ts'
import { routes } from '../routes.ts'
import { backToAccount } from '../ui/back-to-account.ts'
import { document } from '../ui/document.ts'
import { field } from '../ui/form.ts'
import { hiddenField } from '../ui/hidden-field.ts'
import { keptField } from '../ui/kept-field.ts'
import { madeForField } from '../ui/made-for-field.ts'
import type { Shell } from '../ui/shell.ts'
import { dateTimeTag } from '../ui/time.ts'
import { LONGEST_NAME } from './passkey-name.ts'
import { passkeyButton, passkeyScript } from './passkey-button.ts'

type PasskeysPageProps = {
  shell: Shell
  passkeys: Passkey[]
  /** What a new one is called unless it gets a name. */
  browser: string
  /** Where the shop is, see passkey-button.ts. */
  origin: string
  /** What was typed before a login: a name, and of which passkey. */
  kept?: Record<string, string> | undefined
}

export function passkeysPage(props: PasskeysPageProps): SafeHtml {
  const { shell, passkeys, browser, origin, kept } = props
  const hidden = html`${madeForField(shell.user)} ${hiddenField('formKey', shell.formKey)}`
  return document({
    title: 'Your passkeys',
    shell,
    extra: passkeyScript(shell),
    main: html`<div class="wrap page page-account">
      <h1>Your passkeys</h1>
      <p class="lead">
        With a passkey you log in by fingerprint, face or screen lock. It takes the place of
        password and code, and works at no other address than ours. Your password works as well.
      </p>
      <section class="panel">
        <h2>Passkeys you have</h2>
        ${
          passkeys.length === 0
            ? html`<p>None yet.</p>`
            : html`<ul class="logins">
                ${passkeys.map((passkey, index) => {
                  const typed = kept?.['passkey'] === passkey.id ? kept['name'] : undefined
                  const again = typed === undefined ? null : keptField(shell)
                  return passkeyRow({ passkey, index, hidden, typed, again })
                })}
              </ul>`
        }
      </section>
      <section class="panel">
        <h2>Add a passkey</h2>
        <p data-passkeys-missing>
          Your browser cannot make passkeys here, or does not run scripts. Your password works.
        </p>
        <form class="form" method="post" action="${routes.passkeys.add.href()}" hidden>
          ${hidden}
          ${field({ values: { name: browser }, errors: {} }, 'name', {
            label: 'Name',
            hint: 'To tell it from your other passkeys.',
            maxlength: LONGEST_NAME,
            optional: true,
          })}
          ${passkeyButton({
            label: 'Add a passkey',
            does: 'add',
            options: routes.passkeys.options.href(),
            action: routes.passkeys.add.href(),
            origin,
            className: '',
          })}
        </form>
      </section>
      ${backToAccount}
    </div>`,
  })
}

interface PasskeyRowProps {
  passkey: Passkey
  index: number
  hidden: SafeHtml
  /** The name that was typed before a login, shown again. */
  typed: string | undefined
  again: SafeHtml | null
}

function passkeyRow({ passkey, index, hidden, typed, again }: PasskeyRowProps): SafeHtml {
  const { id, name, backedUp, createdAt, lastUsedAt } = passkey
  const input = `passkey-${index}`
  return html`<li class="login">
    <div>
      <p class="login-browser">
        <bdi>${name}</bdi> <span class="badge">${backedUp ? 'Synced' : 'This device only'}</span>
      </p>
      <p class="login-when">
        Added ${dateTimeTag(createdAt)},
        ${lastUsedAt === null ? 'not used yet' : html`last used ${dateTimeTag(lastUsedAt)}`}
      </p>
      <details ${typed === undefined ? null : 'open'}>
        <summary>Rename<span class="visually-hidden"> ${name}</span></summary>
        <form class="form" method="post" action="${routes.passkeys.rename.href({ id })}">
          ${hidden} ${again} ${hiddenField('passkey', id)}
          <div class="field">
            <label for="${input}">Name</label>
            <input
              id="${input}"
              name="name"
              value="${typed ?? name}"
              maxlength="${LONGEST_NAME}"
              dir="auto"
              required
            />
          </div>
          <button class="button button-quiet" type="submit">Save</button>
        </form>
      </details>
    </div>
    <form method="post" action="${routes.passkeys.remove.href({ id })}">
      ${hidden}
      <button class="bare" type="submit">
        Remove<span class="visually-hidden"> ${name}</span>
      </button>
    </form>
  </li>`
}
