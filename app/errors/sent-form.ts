import type { RequestContext } from 'remix/fetch-router'
import { isSecret } from '../forms/secret-field.ts'

export interface SentForm {
  action: string
  fields: [name: string, value: string][]
  /** The names of the fields that are asked for again, because what they held is never shown. */
  secrets: string[]
}

const passing = new Set([409, 429, 503])

/** The form of a request that may succeed when it is sent again: nobody has to fill it in twice. */
export function sentForm(context: RequestContext<any, any>, status: number): SentForm | undefined {
  const { pathname, search } = context.url
  // To a browser two slashes begin another host, here and below.
  if (!passing.has(status) || context.request.method !== 'POST' || pathname.startsWith('//')) {
    return undefined
  }
  const form = context.get(FormData) as FormData | undefined
  if (!form) return undefined
  const fields = [...form].map(([name, value]) => [name, String(value)] as [string, string])
  return {
    action: pathname + search,
    fields: fields.filter(([name]) => !isSecret(name)),
    secrets: fields.map(([name]) => name).filter(isSecret),
  }
}

const passingForPages = new Set([...passing, 500])

/** Where a page is that may be shown when it is asked for again. */
export function retryHref({ url, method }: RequestContext, status: number): string | undefined {
  const { pathname, search } = url
  const isPassing = passingForPages.has(status) && method === 'GET'
  return isPassing && !pathname.startsWith('//') ? pathname + search : undefined
}
