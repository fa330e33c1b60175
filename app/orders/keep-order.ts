import { html, type SafeHtml } from '@remix-run/html-template'

import { guestOrderDays } from '../../db/guest-orders.ts'
import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import { madeForField } from '../ui/made-for-field.ts'
import type { Shell } from '../ui/shell.ts'

/**
 * Below an order that has no account: how it gets one.
 *
 * @param token Of the link to the order
 */
export function keepOrder(shell: Shell, token: string, mailLeaves: boolean): SafeHtml {
  return html`<section class="receipt-keep" aria-labelledby="keep-title">
    <h2 id="keep-title">Keep this order</h2>
    <p>
      The address of this page is
      secret${mailLeaves ? ', and in the mail that we sent you' : '. Make a note of it'}. It opens
      the order for ${guestOrderDays} days, for whoever has it.
    </p>
    ${shell.user ? keepForm(shell, token) : waysIn(token)}
  </section>`
}

function keepForm(shell: Shell, token: string): SafeHtml {
  return html`<form method="post" action="${routes.guestOrder.keep.href({ token })}">
    ${madeForField(shell.user)}
    <button class="button" type="submit">Keep it in your account</button>
  </form>`
}

function waysIn(token: string): SafeHtml {
  const returnTo = routes.guestOrder.show.href({ token })
  return html`<p>
    <a href="${routes.login.index.href(null, { returnTo })}">Log in</a> or
    <a href="${routes.register.index.href(null, { returnTo })}">create an account</a> to keep it
    there.
  </p>`
}

/** For a link that is unknown, too old, or whose order is in an account: which is nobody's business. */
export function orderLinkInvalidPage({ shell }: { shell: Shell }): SafeHtml {
  return document({
    title: 'This link no longer works',
    shell,
    main: html`<div class="wrap page page-narrow">
      <h1>This link no longer works</h1>
      <p class="lead">
        It is too old, a part of it is missing, or the order is kept in an account. If that is
        yours, log in to see it.
      </p>
      <p>
        <a class="button" href="${routes.orders.index.href()}">Your orders</a>
      </p>
    </div>`,
  })
}
