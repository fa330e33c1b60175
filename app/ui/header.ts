import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { chairMark } from './icons.ts'
import type { Shell } from './shell.ts'
import { shop } from './shop.ts'

const wordmark = html`<a class="wordmark" href="${routes.home.href()}">
  ${chairMark('wordmark-chair')}<span>${shop.name}</span>
</a>`

export function header({ parts }: Shell): SafeHtml {
  return html`<header class="masthead">
    <div class="topline">
      <div class="wrap topline-inner">
        <p class="tagline">${shop.tagline}</p>
        <nav class="account-nav" aria-label="Your account">${parts.account}</nav>
      </div>
    </div>
    <div class="wrap masthead-inner">${wordmark} ${parts.masthead}</div>
    ${parts.navigation}
  </header>`
}
