import { html, type SafeHtml } from '@remix-run/html-template'

import { footer } from './footer.ts'
import { header } from './header.ts'
import { noticeList } from './notices.ts'
import type { Shell } from './shell.ts'
import { shop } from './shop.ts'

export type DocumentProps = {
  title: string
  shell: Shell
  main: SafeHtml
  /** One sentence for search engines. */
  description?: string
}

/** A whole page: the shop's header and footer around `main`. */
export function document({ title, shell, main, description }: DocumentProps): SafeHtml {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · ${shop.name}</title>
        ${description ? html`<meta name="description" content="${description}" />` : null}
        <link rel="icon" href="${shell.asset('/favicon.svg')}" type="image/svg+xml" />
        <link rel="stylesheet" href="${shell.asset('/styles.css')}" />
        <script
          type="module"
          src="${shell.asset('/cover-transition.js')}"
          blocking="render"
        ></script>
        <script type="module" src="${shell.asset('/history.js')}"></script>
      </head>
      <body>
        <a class="skip-link" href="#main">Skip to content</a>
        ${header(shell)}
        <main id="main" tabindex="-1">${noticeList(shell.notices)} ${main}</main>
        ${footer(shell)} ${shell.panel}
      </body>
    </html>`
}
