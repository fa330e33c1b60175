import { html, type SafeHtml } from '@remix-run/html-template'

import { readPageNumber } from '../ui/page-number.ts'
import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import { emptyState } from '../ui/empty-state.ts'
import { pagination } from '../ui/pagination.ts'
import { capitalized, formatNumber, plural } from '../ui/words.ts'
import { formatPrice } from '../ui/price.ts'
import type { Shell } from '../ui/shell.ts'
import type { Book } from '../../db/schema-books.ts'
import { shop } from '../ui/shop.ts'

type AdminBook = Pick<
  Book,
  'id' | 'slug' | 'title' | 'author' | 'genre' | 'priceCents' | 'stock' | 'featured' | 'retiredAt'
>

/** What the list of the shop's keepers is asked for. */
interface AdminFilter {
  q: string
  /** Whether to list the retired books, and not those for sale. */
  retired: boolean
  page: number
}

type AdminBooksPageProps = AdminFilter & {
  shell: Shell
  books: AdminBook[]
  /** How many were found on all pages. */
  total: number
  pageCount: number
}

export function readAdminFilter(params: URLSearchParams): AdminFilter {
  return {
    q: (params.get('q') ?? '').trim().slice(0, 100),
    retired: params.get('state') === 'retired',
    page: readPageNumber(params),
  }
}

export function adminListHref({ q, retired }: Omit<AdminFilter, 'page'>, page = 1): string {
  return routes.admin.index.href(null, {
    q: q || null,
    state: retired ? 'retired' : null,
    page: page === 1 ? null : page,
  })
}

export function adminBooksPage(props: AdminBooksPageProps): SafeHtml {
  const { shell, books, total, page, pageCount, q } = props
  return document({
    title: `Manage ${shop.items}${page > 1 ? `, page ${page}` : ''}`,
    shell,
    main: html`<div class="wrap page">
      <div class="list-head">
        <div>
          <h1>Manage ${shop.items}</h1>
          <p class="result-count">
            ${plural(total, shop.item, shop.items)}${page > 1 ? `, page ${page}` : ''}
          </p>
        </div>
        <a class="button" href="${routes.admin.new.index.href()}">Add ${shop.anItem}</a>
      </div>
      ${filterForm(props)}
      ${
        books.length > 0
          ? bookTable(books)
          : emptyState({
              title: `No such ${shop.item}`,
              text:
                q === ''
                  ? `There is no ${shop.item} in this list.`
                  : html`No ${shop.item} in this list matches “<bdi>${q}</bdi>”.`,
              ...(q === ''
                ? {}
                : { action: { href: adminListHref({ ...props, q: '' }), text: 'Show all' } }),
            })
      }
      ${pagination({ page, pageCount, href: (page) => adminListHref(props, page) })}
    </div>`,
  })
}

function filterForm({ q, retired }: AdminFilter): SafeHtml {
  return html`<form class="filter admin-filter" method="get" action="${routes.admin.index.href()}">
    <div class="field">
      <label for="admin-search">Title, author or subject</label>
      <input id="admin-search" type="search" name="q" value="${q}" maxlength="100" dir="auto" />
    </div>
    <div class="field">
      <label for="state">State</label>
      <select id="state" name="state">
        <option value="">For sale</option>
        <option value="retired" ${retired ? html`selected` : null}>Retired</option>
      </select>
    </div>
    <button class="button button-quiet" type="submit">Show</button>
  </form>`
}

function bookTable(books: AdminBook[]): SafeHtml {
  return html`<div
    class="table-scroll"
    role="region"
    aria-label="${capitalized(shop.items)}"
    tabindex="0"
  >
    <table>
      <thead>
        <tr>
          <th scope="col">Title</th>
          <th scope="col">Genre</th>
          <th scope="col" class="number">Price</th>
          <th scope="col" class="number">Stock</th>
        </tr>
      </thead>
      <tbody>
        ${books.map(bookRow)}
      </tbody>
    </table>
  </div>`
}

function bookRow(book: AdminBook): SafeHtml {
  return html`<tr>
    <th scope="row">
      <a href="${routes.admin.edit.index.href({ id: book.id })}" dir="auto">${book.title}</a>
      <span class="table-author"><bdi>${book.author}</bdi> ${bookState(book)}</span>
      ${
        book.retiredAt === null
          ? html`<a class="table-shop" href="${routes.books.show.href({ slug: book.slug })}"
              >In the shop<span class="visually-hidden">: <bdi>${book.title}</bdi></span></a
            >`
          : null
      }
    </th>
    <td>${book.genre}</td>
    <td class="number">${formatPrice(book.priceCents)}</td>
    <td class="number">${formatNumber(book.stock)}</td>
  </tr>`
}

function bookState({ retiredAt, stock, featured }: AdminBook): SafeHtml | null {
  if (retiredAt !== null) return html`<span class="badge badge-off">Retired</span>`
  if (stock === 0) return html`<span class="badge badge-alert">Sold out</span>`
  return featured ? html`<span class="badge">Featured</span>` : null
}
