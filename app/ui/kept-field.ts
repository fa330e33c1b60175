import type { SafeHtml } from '@remix-run/html-template'
import type { RequestContext } from 'remix/fetch-router'
import { hiddenField } from './hidden-field.ts'
import type { Shell } from './shell.ts'

/** Names the kept form that this one shows again: once it is sent, that one waits no more. */
export function keptField({ user, kept }: Shell): SafeHtml | null {
  return user && kept !== undefined ? hiddenField('kept', kept) : null
}

/** The id that comes with a page, or with the form that it shows once more, which may have been carried on. */
export function keptIdOf(context: RequestContext<any, any>): string | undefined {
  const { searchParams } = context.url
  const form = context.has(FormData) ? context.get(FormData) : undefined
  const id = searchParams.get('carry-on') ?? form?.get('kept') ?? searchParams.get('kept')
  return typeof id === 'string' && /^[\w-]{22}$/.test(id) ? id : undefined
}
