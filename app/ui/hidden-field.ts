import { html, type SafeHtml } from '@remix-run/html-template'

export function hiddenField(name: string, value: string | number | SafeHtml): SafeHtml {
  return html`<input type="hidden" name="${name}" value="${value}" />`
}
