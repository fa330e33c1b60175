import { html, type SafeHtml } from '@remix-run/html-template'

/** Links to the first, the last and the neighbouring pages; nothing when there is only one page. */
export function pagination({
  page,
  pageCount,
  href,
}: {
  page: number
  pageCount: number
  href: (page: number) => string
}): SafeHtml | null {
  if (pageCount <= 1) return null
  return html`<nav class="pagination" aria-label="Pages">
    <ul>
      <li>${page > 1 ? html`<a href="${href(page - 1)}" rel="prev">Previous</a>` : null}</li>
      ${pagesToShow(page, pageCount).map((number) =>
        number === 'gap'
          ? html`<li class="gap" aria-hidden="true">…</li>`
          : html`<li>
              <a
                class="page-number"
                href="${href(number)}"
                aria-label="Page ${number}"
                ${number === page ? html`aria-current="page"` : null}
                >${number}</a
              >
            </li>`,
      )}
      <li>${page < pageCount ? html`<a href="${href(page + 1)}" rel="next">Next</a>` : null}</li>
    </ul>
  </nav>`
}

function pagesToShow(page: number, pageCount: number): Array<number | 'gap'> {
  const shown = new Set([1, page - 1, page, page + 1, pageCount])
  const pages: Array<number | 'gap'> = []
  for (let number = 1; number <= pageCount; number++) {
    if (shown.has(number)) pages.push(number)
    else if (pages.at(-1) !== 'gap') pages.push('gap')
  }
  return pages
}
