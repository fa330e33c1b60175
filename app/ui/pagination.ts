import { html, type SafeHtml } from '@remix-run/html-template'

// As many numbers as stand in a row on a phone.
const MOST_NUMBERS = 7

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
  const numbers = Array.from({ length: pageCount }, (_, index) => index + 1)
  if (pageCount <= MOST_NUMBERS) return numbers
  // A gap takes the place of a number, so it stands for two or more.
  const [first, last] = [numbers.slice(0, MOST_NUMBERS - 2), numbers.slice(2 - MOST_NUMBERS)]
  if (page < first.at(-1)!) return [...first, 'gap', pageCount]
  if (page > last[0]!) return [1, 'gap', ...last]
  return [1, 'gap', page - 1, page, page + 1, 'gap', pageCount]
}
