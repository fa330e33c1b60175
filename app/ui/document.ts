import { html, type SafeHtml } from '@remix-run/html-template'

import { footer } from './footer.ts'
import { errorTitle } from './form.ts'
import { head, type HeadProps } from './head.ts'
import { header } from './header.ts'
import { noticeList } from './notices.ts'
import { localTimes } from './time.ts'

type DocumentProps = HeadProps & { main: SafeHtml }

/** A whole page: the shop's header and footer around `main`. */
export function document({ main, extra, ...props }: DocumentProps): SafeHtml {
  const { shell } = props
  const isError = shell.notices.some(({ kind }) => kind === 'error')
  const title = isError ? errorTitle(props.title) : props.title
  return html`<!doctype html>
    <html lang="en" ${shell.mark === undefined ? null : html`data-visitor="${shell.mark}"`}>
      ${head({ ...props, title, extra: html`${localTimes(main, shell)} ${extra}` })}
      <body>
        <a class="skip-link" href="#main">Skip to content</a>
        ${header(shell)}
        <main id="main" tabindex="-1">${noticeList(shell.notices)} ${main}</main>
        ${footer(shell)} ${shell.panel?.body}
      </body>
    </html>`
}
