import { html, type SafeHtml } from '@remix-run/html-template'
import { routes } from '../routes.ts'
import { searchIcon } from '../ui/icons.ts'
import type { Visit } from '../ui/shell.ts'

export function searchForm({ url }: Visit): SafeHtml {
  const action = routes.books.index.href()
  const query = url.pathname === action ? url.searchParams.get('q') : null
  return html`<form class="search" role="search" method="get" action="${action}">
    <label class="visually-hidden" for="search">Search by title, author or subject</label>
    <input
      id="search"
      type="search"
      name="q"
      value="${query}"
      placeholder="Title, author, subject"
      maxlength="100"
      autocomplete="off"
      dir="auto"
    />
    <button type="submit">${searchIcon}<span class="visually-hidden">Search</span></button>
  </form>`
}
