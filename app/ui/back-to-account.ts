import { html } from '@remix-run/html-template'

import { routes } from '../routes.ts'

/** At the foot of each page that the account leads to. */
export const backToAccount = html`<ul class="form-links">
  <li><a href="${routes.account.show.href()}">Back to your account</a></li>
</ul>`
