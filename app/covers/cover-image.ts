import { html, type SafeHtml } from '@remix-run/html-template'

import { coverOf } from './cover-asset.ts'
import type { CoverBook } from './cover.ts'

/**
 * A book's cover, sized so that nothing moves when it arrives. `alt` is empty where the title
 * stands beside it, which is nearly everywhere.
 */
export function coverImage(
  book: CoverBook,
  { width, alt = '', eager = false }: { width: number; alt?: string; eager?: boolean },
): SafeHtml {
  return html`<img
    class="cover"
    src="${coverOf(book).href}"
    width="${width}"
    height="${width * 1.5}"
    alt="${alt}"
    ${eager ? html`fetchpriority="high"` : html`loading="lazy"`}
    decoding="async"
  />`
}
