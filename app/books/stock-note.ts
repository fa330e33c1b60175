import { html, type SafeHtml } from '@remix-run/html-template'

const FEW = 3

/** Says so when there are few copies or none; plenty needs no word. */
export function stockNote(stock: number): SafeHtml | null {
  if (stock === 0) return html`<p class="stock stock-none">Sold out</p>`
  if (stock <= FEW) return html`<p class="stock stock-few">Only ${stock} left</p>`
  return null
}
