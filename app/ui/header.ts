import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import type { Shell } from './shell.ts'
import { bagIcon, chairMark, searchIcon } from './icons.ts'
import { plural } from './plural.ts'
import { shop } from './shop.ts'

export function header(shell: Shell): SafeHtml {
  return html`<header class="masthead">
    <div class="topline">
      <div class="wrap topline-inner">
        <p class="tagline">${shop.tagline}</p>
        ${accountNav(shell)}
      </div>
    </div>
    <div class="wrap masthead-inner">
      <a class="wordmark" href="${routes.home.href()}">
        ${chairMark('wordmark-chair')}<span>${shop.name}</span>
      </a>
      ${searchForm(shell)} ${cartLink(shell)}
    </div>
    ${genreNav(shell)}
  </header>`
}

function accountNav({ user, url }: Shell): SafeHtml {
  return html`<nav class="account-nav" aria-label="Your account">
    ${
      user === null
        ? html`${navLink(url, routes.login.index.href(), 'Log in')}
          ${navLink(url, routes.register.index.href(), 'Register')}`
        : html`${user.role === 'admin' ? navLink(url, routes.admin.index.href(), 'Admin') : null}
            ${navLink(url, routes.orders.index.href(), 'Orders')}
            ${navLink(url, routes.account.show.href(), user.name, 'account-name')}
            <form method="post" action="${routes.logout.href()}">
              <button class="bare" type="submit">Log out</button>
            </form>`
    }
  </nav>`
}

function navLink(url: URL, href: string, text: string, className?: string): SafeHtml {
  return html`<a
    href="${href}"
    ${className ? html`class="${className}"` : null}
    ${url.pathname === href ? html`aria-current="page"` : null}
    >${text}</a
  >`
}

function searchForm({ url }: Shell): SafeHtml {
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
    />
    <button type="submit">${searchIcon}<span class="visually-hidden">Search</span></button>
  </form>`
}

function cartLink({ cartCount }: Shell): SafeHtml {
  return html`<a
    class="cart-link"
    href="${routes.cart.show.href()}"
    aria-label="Cart, ${plural(cartCount, 'item')}"
  >
    ${bagIcon}<span>Cart</span>
    <span class="cart-count" data-empty="${cartCount === 0 ? 'true' : 'false'}">${cartCount}</span>
  </a>`
}

function genreNav({ genres, url }: Shell): SafeHtml {
  const index = routes.books.index.href()
  const onIndex = url.pathname === index
  const current = onIndex ? url.searchParams.get('genre') || null : null
  const all = onIndex && current === null && !url.searchParams.get('q')
  return html`<nav class="genres" aria-label="Genres">
    <ul class="wrap">
      <li><a href="${index}" ${all ? html`aria-current="page"` : null}>All books</a></li>
      ${genres.map(
        (genre) =>
          html`<li>
            <a
              href="${routes.books.index.href(null, { genre })}"
              ${genre === current ? html`aria-current="page"` : null}
              >${genre}</a
            >
          </li>`,
      )}
    </ul>
  </nav>`
}
