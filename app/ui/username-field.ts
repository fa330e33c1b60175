import { html, type SafeHtml } from '@remix-run/html-template'

/** Tells password managers whose password a form asks for. */
export function usernameField(email: string): SafeHtml {
  return html`<input
    class="visually-hidden"
    type="email"
    value="${email}"
    autocomplete="username"
    aria-hidden="true"
    tabindex="-1"
    readonly
  />`
}
