import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { hiddenField } from '../ui/hidden-field.ts'
import { madeForField } from '../ui/made-for-field.ts'

/** A button, as the programs that look through mail follow links as well. */
export function confirmAddressPage({
  shell,
  token,
  email,
  isOther,
}: {
  shell: Shell
  token: string
  email: string
  /** Than the address of today, which its link only confirms. */
  isOther: boolean
}): SafeHtml {
  return document({
    title: 'Confirm your address',
    shell,
    main: html`<div class="wrap page page-narrow">
      <h1>Confirm your address</h1>
      <p class="lead">
        Once you press the button, ${email} is the address of your
        account.${isOther ? ' You will be logged out of all other browsers.' : null}
      </p>
      <form class="form" method="post" action="${routes.address.confirm.action.href({ token })}">
        ${madeForField(shell.user)} ${hiddenField('formKey', shell.formKey)}
        <button class="button button-wide" type="submit">Confirm ${email}</button>
      </form>
    </div>`,
  })
}

/**
 * For who is not logged in: whoever reads the mail may not be the one who typed the address. The page is
 * the same for one with an account and one without.
 */
export function whoseAddressPage({ shell, token }: { shell: Shell; token: string }): SafeHtml {
  const returnTo = routes.address.confirm.index.href({ token })
  return document({
    title: 'Confirm your address',
    shell,
    main: html`<div class="wrap page page-narrow">
      <h1>Confirm your address</h1>
      <p class="lead">Log in to confirm that this address belongs to your account.</p>
      <p><a class="button" href="${routes.login.index.href(null, { returnTo })}">Log in</a></p>
      <p>
        Somebody else used your address? It is theirs only if you confirm it. If you want an account
        of your own, <a href="${routes.register.index.href()}">create one</a>.
      </p>
      ${ownPassword()}
    </div>`,
  })
}

function ownPassword(): SafeHtml {
  const reset = routes.resetPassword.request.index.href()
  return html`<p>
    They have opened an account with it? <a href="${reset}">Choose a password of your own</a>: you
    get a new account, and whoever opened that one loses your address.
  </p>`
}

/** For a link that is unknown, used, too old or another account's: which of them is nobody's business. */
export function addressLinkInvalidPage({ shell }: { shell: Shell }): SafeHtml {
  return document({
    title: 'This link does not work',
    shell,
    main: html`<div class="wrap page page-narrow">
      <h1>This link does not work</h1>
      <p class="lead">
        It was used already, or it is too old, or it was sent for another account than the one that
        you are logged in to.
      </p>
      <p><a class="button" href="${routes.account.show.href()}">Your account</a></p>
    </div>`,
  })
}
