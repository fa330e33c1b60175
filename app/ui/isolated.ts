import { html, type SafeHtml } from '@remix-run/html-template'

// U+2068 begins what is laid out by itself, and U+2069 ends it.
const marks = /[\u2066-\u2069]/g
const marked = /\u2068([^\u2066-\u2069]*)\u2069/

/**
 * Marks words of somebody else within a text: written from right to left, they would draw the number or
 * the sign behind them into their order.
 */
export function isolated(words: string): string {
  return `\u2068${words.replaceAll(marks, '')}\u2069`
}

/** Such a text on a page. */
export function withIsolated(text: string): SafeHtml {
  // Every second part is what stood between the marks.
  const parts = text.split(marked)
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<bdi>${part}</bdi>` : part))}`
}
