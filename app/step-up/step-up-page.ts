import { html, type SafeHtml } from '@remix-run/html-template'

import { carryOnHref } from '../auth/carry-on.ts'
import { passkeyButton, passkeyScript } from '../passkeys/passkey-button.ts'
import { routes } from '../routes.ts'
import { codeField } from '../second-factor/code-field.ts'
import { backToAccount } from '../ui/back-to-account.ts'
import { document } from '../ui/document.ts'
import { errorSummary, field, formTitle, type FormState } from '../ui/form.ts'
import { hiddenField } from '../ui/hidden-field.ts'
import { madeForField } from '../ui/made-for-field.ts'
import type { Shell } from '../ui/shell.ts'
import { usernameField } from '../ui/username-field.ts'
import type { WaitingForm } from './confirm-login.ts'

export type StepUpForm = FormState<'password' | 'code'>

type StepUpPageProps = {
  shell: Shell
  form: StepUpForm
  email: string
  /** Whether the user has a second factor. */
  asksForCode: boolean
  /** Where the passkeys of the user work; `undefined` without any. */
  passkeysAt: string | undefined
  /** Where to go afterwards, already checked to be a path of the shop. */
  returnTo: string
  /** The form that is carried on with. */
  waiting: WaitingForm | undefined
  /** Whether a form could not be kept, and has to be sent once more. */
  again: boolean
}

export function stepUpPage(props: StepUpPageProps): SafeHtml {
  const { shell, form, email, asksForCode, passkeysAt } = props
  const { returnTo, waiting, again } = props
  const lead =
    waiting !== undefined
      ? `You logged in a while ago. ${tellDeed(waiting)}`
      : again
        ? 'You logged in a while ago. What you sent was not kept, so please send it again once you have confirmed that it is you.'
        : 'You logged in a while ago, and what comes next concerns your account.'
  const fields = html`${field(form, 'password', {
    label: 'Password',
    type: 'password',
    autocomplete: 'current-password',
  })}
  ${asksForCode ? codeField(form, { recovery: true }) : null}`
  return document({
    title: formTitle('Confirm that it is you', form),
    shell,
    ...(passkeysAt !== undefined && { extra: passkeyScript(shell) }),
    main: html`<div class="wrap page page-narrow">
      <h1>Confirm that it is you</h1>
      <p class="lead">${lead}</p>
      ${errorSummary(form, fields)}
      <form class="form" method="post" action="${routes.stepUp.action.href()}">
        ${madeForField(shell.user)} ${hiddenField('formKey', shell.formKey)}
        ${hiddenField('returnTo', returnTo)} ${waiting && hiddenField('kept', waiting.id)}
        ${again ? hiddenField('form', 'again') : null} ${usernameField(email)} ${fields}
        <button class="button button-wide" type="submit">Confirm</button>
        ${
          passkeysAt === undefined
            ? null
            : passkeyButton({
                label: 'Use a passkey',
                does: 'confirm',
                options: routes.passkeyStepUp.options.href(),
                action: routes.passkeyStepUp.action.href(),
                origin: passkeysAt,
              })
        }
      </form>
      ${wayBack(props)}
    </div>`,
  })
}

/** Without an answer. A page below that of the account would lead back here at once. */
function wayBack({ returnTo, waiting }: StepUpPageProps): SafeHtml {
  if (!waiting) return backToAccount
  const account = routes.account.show.href()
  return leaveIt(returnTo.startsWith(`${account}/`) ? account : returnTo)
}

/** For who has logged in again meanwhile, and is asked for nothing more. */
export function carryOnPage({
  shell,
  returnTo,
  waiting: { id, path, deed },
}: Pick<StepUpPageProps, 'shell' | 'returnTo'> & { waiting: WaitingForm }): SafeHtml {
  return document({
    title: 'Carry on where you were',
    shell,
    main: html`<div class="wrap page page-narrow">
      <h1>Carry on where you were</h1>
      <p class="lead">
        You asked to ${deed}. That has not been done yet. If you did not ask, leave it as it is.
      </p>
      <form class="form" method="post" action="${carryOnHref(path, id)}">
        ${madeForField(shell.user)}
        <button class="button button-wide" type="submit">Carry on</button>
      </form>
      ${leaveIt(returnTo)}
    </div>`,
  })
}

function leaveIt(href: string): SafeHtml {
  return html`<ul class="form-links">
    <li><a href="${href}">Leave it as it is</a></li>
  </ul>`
}

function tellDeed({ deed }: WaitingForm): string {
  return `You asked to ${deed}. That is done once we know that it is you. If you did not ask, leave it as it is.`
}
