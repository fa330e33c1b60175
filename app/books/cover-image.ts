import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import type { Book } from '../../db/schema.ts'

/**
 * A book's cover, sized so that nothing moves when it arrives. `alt` is empty where the title
 * stands beside it, which is nearly everywhere.
 */
export function coverImage(
  book: Pick<Book, 'slug'>,
  { width, alt = '', eager = false }: { width: number; alt?: string; eager?: boolean },
): SafeHtml {
  return html`<img
    class="cover"
    src="${routes.cover.href({ slug: book.slug })}"
    width="${width}"
    height="${width * 1.5}"
    alt="${alt}"
    ${eager ? null : html`loading="lazy"`}
    decoding="async"
  />`
}
