import { html, type SafeHtml } from '@remix-run/html-template'
import type { FramePart } from './shell.ts'

/** A link that is marked on its own page. */
export function navLink(href: string, text: string): FramePart {
  return ({ url }) => markedLink(url, href, text)
}

/** The link to the page of who is logged in, under their name. */
export function nameLink(href: string): FramePart {
  return ({ user, url }) => (user ? markedLink(url, href, user.name, 'account-name') : null)
}

export function plainLink(href: string, text: string): FramePart {
  return () => html`<a href="${href}">${text}</a>`
}

export function postButton(action: string, text: string): FramePart {
  return () =>
    html`<form method="post" action="${action}">
      <button class="bare" type="submit">${text}</button>
    </form>`
}

export function forGuests(part: FramePart): FramePart {
  return (visit) => (visit.user === null ? part(visit) : null)
}

/** For an error page that cannot tell who sees it. */
export function forUnknown(part: FramePart): FramePart {
  return (visit) => (visit.user === undefined ? part(visit) : null)
}

export function forUsers(part: FramePart): FramePart {
  return (visit) => (visit.user ? part(visit) : null)
}

export function forAdmins(part: FramePart): FramePart {
  return (visit) => (visit.user?.role === 'admin' ? part(visit) : null)
}

function markedLink(url: URL, href: string, text: string, className?: string): SafeHtml {
  return html`<a
    href="${href}"
    ${className ? html`class="${className}"` : null}
    ${url.pathname === href ? html`aria-current="page"` : null}
    >${text}</a
  >`
}
