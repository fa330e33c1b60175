import { html, type SafeHtml } from '@remix-run/html-template'

/** `label` names the book, because a page may show many of these. */
export function quantityField({
  id,
  name = 'quantity',
  label,
  value,
  min,
  max = 99,
}: {
  id: string
  name?: string
  label: string
  /** What was typed may be no number. */
  value: number | string
  min: 0 | 1
  max?: number
}): SafeHtml {
  return html`<label class="visually-hidden" for="${id}">${label}</label>
    <input
      class="quantity"
      id="${id}"
      type="number"
      name="${name}"
      value="${value}"
      min="${min}"
      max="${max}"
      step="1"
      inputmode="numeric"
      autocomplete="off"
      required
    />`
}
