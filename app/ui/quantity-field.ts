import { html, type SafeHtml } from '@remix-run/html-template'

/** `label` names the book, because a page may show many of these. */
export function quantityField({
  id,
  name = 'quantity',
  label,
  value,
  min,
  errorId,
}: {
  id: string
  name?: string
  label: string
  /** What was typed may be no number. */
  value: number | string
  min: 0 | 1
  /** The `id` of the text that says what is wrong with it. */
  errorId?: string | undefined
}): SafeHtml {
  return html`<label class="visually-hidden" for="${id}">${label}</label>
    <input
      class="quantity"
      id="${id}"
      type="number"
      name="${name}"
      value="${value}"
      min="${min}"
      max="99"
      step="1"
      inputmode="numeric"
      autocomplete="off"
      required
      ${errorId === undefined ? null : html`aria-invalid="true" aria-describedby="${errorId}"`}
    />`
}
