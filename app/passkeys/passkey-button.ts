import { html, type SafeHtml } from '@remix-run/html-template'

import type { Shell } from '../ui/shell.ts'

type PasskeyButtonProps = {
  label: string
  /** What the passkey does. For a login the browser offers passkeys in the first field as well. */
  does: 'add' | 'log in' | 'confirm'
  /** Where the script gets what the browser is to be asked, a new challenge among it. */
  options: string
  /** Where the form goes with what the browser answers. */
  action: string
  /** Where the shop is: at another address of the same server browsers make no passkeys of it. */
  origin: string
  className?: string
}

/**
 * A button of a form that sends it with a passkey. The script shows it where passkeys can be used; its
 * place is behind the button that works everywhere.
 */
export function passkeyButton(props: PasskeyButtonProps): SafeHtml {
  const { label, does, options, action, origin, className = 'button-quiet button-wide' } = props
  return html`<div
    class="passkey"
    data-passkey="${does}"
    data-options="${options}"
    data-origin="${origin}"
    hidden
  >
    <button class="button ${className}" type="submit" formaction="${action}" formnovalidate>
      ${label}
    </button>
  </div>`
}

/** For the head of a page with such a button, which shall not come when the page is seen already. */
export function passkeyScript({ asset }: Pick<Shell, 'asset'>): SafeHtml {
  return html`<script type="module" src="${asset('/passkeys.js')}" blocking="render"></script>`
}
