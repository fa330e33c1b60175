import { html, type SafeHtml } from '@remix-run/html-template'
import type { FramePart } from './shell.ts'

/** A link that is marked on its own page. */
export function navLink(href: string, text: string): FramePart {
  const [link, ofItself] = [markedLink(href, text, false), markedLink(href, text, true)]
  return ({ url }) => (url.pathname === href ? ofItself : link)
}

/** The link to the page of who is logged in, under their name. */
export function nameLink(href: string): FramePart {
  return ({ user, url }) =>
    user
      ? markedLink(href, html`<bdi>${user.name}</bdi>`, url.pathname === href, 'account-name')
      : null
}

export function plainLink(href: string, text: string): FramePart {
  const link = html`<a href="${href}">${text}</a>`
  return () => link
}

export function buttonLink(href: string, text: string): FramePart {
  const link = html`<a class="button" href="${href}">${text}</a>`
  return () => link
}

export function postButton(action: string, text: string): FramePart {
  const button = html`<form method="post" action="${action}">
    <button class="bare" type="submit">${text}</button>
  </form>`
  return () => button
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

function markedLink(
  href: string,
  text: SafeHtml | string,
  isCurrent: boolean,
  className?: string,
): SafeHtml {
  return html`<a
    href="${href}"
    ${className ? html`class="${className}"` : null}
    ${isCurrent ? html`aria-current="page"` : null}
    >${text}</a
  >`
}
