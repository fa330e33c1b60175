import { html, type SafeHtml } from '@remix-run/html-template'

/** Icons repeat what the text beside them says, so screen readers skip them. */
function icon(paths: SafeHtml, className = 'icon'): SafeHtml {
  return html`<svg
    class="${className}"
    viewBox="0 0 24 24"
    width="24"
    height="24"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${paths}
  </svg>`
}

export const bagIcon = icon(
  html`<path d="M5 8h14l1 13H4L5 8Z" /><path d="M8.5 11V7a3.5 3.5 0 0 1 7 0v4" />`,
)

export const searchIcon = icon(
  html`<circle cx="10.5" cy="10.5" r="6.5" /><path d="m15.5 15.5 5 5" />`,
)

export const tickIcon = icon(html`<path d="m4.5 12.5 5 5 10-11" />`)

export const alertIcon = icon(html`<path d="M12 4v10" /><path d="M12 19.5v.1" />`)

/** The shop's mark: an armchair seen from the front, with an open book for its back. */
export function chairMark(className: string): SafeHtml {
  return html`<svg
    class="${className}"
    viewBox="0 0 48 48"
    width="48"
    height="48"
    aria-hidden="true"
  >
    <path
      fill="currentColor"
      d="M24 9.5C20.4 6.6 15.6 5.6 10 6v19.2c5.6-.4 10.4.6 14 3.5 3.6-2.9 8.4-3.9 14-3.5V6c-5.6-.4-10.4.6-14 3.5Z"
    />
    <path
      fill="currentColor"
      d="M7 21.5a4 4 0 0 0-4 4V39h5v4h4v-4h24v4h4v-4h5V25.5a4 4 0 0 0-7.5-1.9V32h-27v-8.4A4 4 0 0 0 7 21.5Z"
    />
  </svg>`
}
