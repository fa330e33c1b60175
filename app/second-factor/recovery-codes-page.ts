import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { shop } from '../ui/shop.ts'

/** The one page that shows recovery codes. */
export function recoveryCodesPage({ shell, codes }: { shell: Shell; codes: string[] }): SafeHtml {
  const text = `Recovery codes for ${shop.name}, each for one login\n\n${codes.join('\n')}\n`
  return document({
    title: 'Your recovery codes',
    shell,
    main: html`<div class="wrap page page-narrow">
      <h1>Your recovery codes</h1>
      <p class="lead">
        For the day when your phone is lost: each of them is good for one login. They are shown this
        once. Print this page, or download them, and keep them where your password is not.
      </p>
      <ul class="recovery-codes">
        ${codes.map((code) => html`<li><code>${code}</code></li>`)}
      </ul>
      <p class="receipt-after">
        <a
          class="button"
          href="data:text/plain;charset=utf-8,${encodeURIComponent(text)}"
          download="recovery-codes.txt"
          >Download</a
        >
        <a class="button button-quiet" href="${routes.account.show.href()}">I have kept them</a>
      </p>
    </div>`,
  })
}
