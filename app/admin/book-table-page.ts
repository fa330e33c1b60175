import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { plural } from '../ui/plural.ts'
import { formatPrice } from '../ui/price.ts'
import type { Book } from '../../db/schema.ts'

export type AdminBook = Pick<
  Book,
  'id' | 'title' | 'author' | 'genre' | 'priceCents' | 'stock' | 'featured' | 'retiredAt'
>

export function adminBooksPage({ shell, books }: { shell: Shell; books: AdminBook[] }): SafeHtml {
  return document({
    title: 'Manage books',
    shell,
    main: html`<div class="wrap page">
      <div class="list-head">
        <div>
          <h1>Manage books</h1>
          <p class="result-count">${plural(books.length, 'book')}</p>
        </div>
        <a class="button" href="${routes.admin.new.index.href()}">Add a book</a>
      </div>
      <div class="table-scroll" role="region" aria-label="Books" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Title</th>
              <th scope="col">Genre</th>
              <th scope="col" class="number">Price</th>
              <th scope="col" class="number">Stock</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            ${books.map(bookRow)}
          </tbody>
        </table>
      </div>
    </div>`,
  })
}

function bookRow(book: AdminBook): SafeHtml {
  return html`<tr>
    <th scope="row">
      <a href="${routes.admin.edit.index.href({ id: book.id })}">${book.title}</a>
      <span class="table-author">${book.author}</span>
    </th>
    <td>${book.genre}</td>
    <td class="number">${formatPrice(book.priceCents)}</td>
    <td class="number">${book.stock}</td>
    <td>${bookState(book)}</td>
  </tr>`
}

function bookState({ retiredAt, stock, featured }: AdminBook): SafeHtml | null {
  if (retiredAt !== null) return html`<span class="badge badge-off">Retired</span>`
  if (stock === 0) return html`<span class="badge badge-alert">Sold out</span>`
  return featured ? html`<span class="badge">Featured</span>` : null
}
