import { html, type SafeHtml } from '@remix-run/html-template'
import { encode } from 'uqr'

/** Draws a text for a camera: dark on white in every colour scheme, as cameras want it. */
export function qrCode(text: string, label: string): SafeHtml {
  const { data, size } = encode(text, { ecc: 'M', border: 4 })
  const dark = data.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])),
  )
  return html`<svg
    class="qr-code"
    viewBox="0 0 ${size} ${size}"
    shape-rendering="crispEdges"
    role="img"
    aria-label="${label}"
  >
    <path fill="#fff" d="M0 0h${size}v${size}H0z" />
    <path d="${dark.join('')}" />
  </svg>`
}
