import { html, type SafeHtml } from '@remix-run/html-template'

import { chairMark } from './icons.ts'
import type { Shell } from './shell.ts'
import { shop } from './shop.ts'

const brand = html`<div class="colophon-brand">
  ${chairMark('colophon-chair')}
  <p class="colophon-name">${shop.name}</p>
  <p>${shop.closing}</p>
</div>`

export function footer({ parts }: Shell): SafeHtml {
  return html`<footer class="colophon">
    <div class="wrap colophon-inner">
      ${brand}
      <nav aria-label="Footer">
        <ul>
          ${parts.footer.map((part) => html`<li>${part}</li>`)}
        </ul>
      </nav>
      <p class="colophon-small">${shop.smallPrint}</p>
    </div>
  </footer>`
}
