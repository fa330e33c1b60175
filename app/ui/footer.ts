import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import type { Shell } from './shell.ts'
import { chairMark } from './icons.ts'
import { shop } from './shop.ts'

export function footer({ user }: Shell): SafeHtml {
  return html`<footer class="colophon">
    <div class="wrap colophon-inner">
      <div class="colophon-brand">
        ${chairMark('colophon-chair')}
        <p class="colophon-name">${shop.name}</p>
        <p>${shop.tagline}, whether that takes an evening or a winter.</p>
      </div>
      <nav aria-label="Footer">
        <ul>
          <li><a href="${routes.books.index.href()}">All books</a></li>
          <li><a href="${routes.cart.show.href()}">Your cart</a></li>
          ${
            user === null
              ? html`<li><a href="${routes.login.index.href()}">Log in</a></li>
                  <li><a href="${routes.register.index.href()}">Register</a></li>`
              : html`<li><a href="${routes.orders.index.href()}">Your orders</a></li>
                  <li><a href="${routes.account.show.href()}">Your account</a></li>`
          }
        </ul>
      </nav>
      <p class="colophon-small">
        An example shop: the covers are drawn by code, the books are not for sale, and no parcel
        will come.
      </p>
    </div>
  </footer>`
}
