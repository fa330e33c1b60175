import { html, type SafeHtml } from '@remix-run/html-template'
import type { Middleware } from 'remix/fetch-router'

import { appMiddleware } from '../context.ts'
import type { Dependencies } from '../context.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'

/** In front of what leads on by a mail: where none can leave, none is promised. */
export function requireMail({ mail, page }: Pick<Dependencies, 'mail' | 'page'>): Middleware {
  return appMiddleware((context, next) =>
    mail.leaves ? next() : page(context, (shell) => noMailPage(shell), 503),
  )
}

function noMailPage(shell: Shell): SafeHtml {
  return document({
    title: 'We cannot write to you',
    shell,
    main: html`<div class="wrap page page-narrow">
      <h1>We cannot write to you</h1>
      <p class="lead">
        This goes by a link in a mail, and our shop cannot send mail at present. Nothing was
        changed.
      </p>
    </div>`,
  })
}
