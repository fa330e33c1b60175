import { html, type SafeHtml } from '@remix-run/html-template'

import { shop } from './shop.ts'

/** The first that a visitor sees of the home page. */
export function hero({ button, pictures }: { button?: SafeHtml; pictures?: SafeHtml[] }): SafeHtml {
  return html`<section class="hero">
    <div class="wrap hero-inner">
      <div class="hero-text">
        <h1>${shop.heading}</h1>
        <p>${shop.welcome}</p>
        ${button ? html`<p>${button}</p>` : null}
      </div>
      <div class="hero-covers">${pictures}</div>
    </div>
  </section>`
}
