import { redirect } from '@remix-run/response/redirect'
import { Session } from 'remix/session'
import type { AppContext } from '../context.ts'
import type { Notice } from '../ui/notices.ts'

/** Ends a POST with a page to get, so that reloading that one sends nothing twice (Post/Redirect/Get). */
export function seeOther(href: string): Response {
  return redirect(href, 303)
}

/** Ends a POST with another one, to a form that waited for it: the browser keeps the method. */
export function sendOn(href: string): Response {
  return redirect(href, 307)
}

/** The same as `seeOther`, and the next page tells once what was done. */
export function seeOtherWithNotice(
  context: AppContext,
  href: string,
  text: string,
  kind: Notice['kind'] = 'notice',
  link?: Notice['link'],
): Response {
  context.get(Session).flash('notice', { kind, text, ...(link && { link }) })
  return seeOther(href)
}
