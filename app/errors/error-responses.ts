import type { RequestContext } from 'remix/fetch-router'
import type { RenderPage } from '../ui/page.ts'
import { errorPage } from './error-page.ts'

/** The page for what is not there, or not for these eyes: nobody can tell which. */
export function notFound(context: RequestContext<any, any>, page: RenderPage): Promise<Response> {
  return page(context, (shell) => errorPage({ shell, ...describeStatus(404) }), 404)
}

/** The words for a status. */
export function describeStatus(status: number): { status: number; title: string; message: string } {
  const [title, message] = texts[status] ?? texts[500]!
  return { status, title, message }
}

const texts: Record<number, [title: string, message: string]> = {
  400: ['We did not understand that', 'The request was damaged on its way. Please try again.'],
  403: ['Not from there', 'This form came from another site, so we did nothing with it.'],
  404: ['Not on our shelves', 'This page does not exist, or no longer does.'],
  405: ['That does not work here', 'This page does not take that kind of request.'],
  409: [
    'That came too late',
    'Your session changed at the same moment, so nothing was done. Please try again.',
  ],
  413: ['Too much at once', 'The form was larger than any of ours. Nothing was changed.'],
  415: ['We cannot read that', 'What came was not a form. Nothing was changed.'],
  429: [
    'A little slower, please',
    'Too many requests came from your network. Please try again in a while.',
  ],
  500: [
    'Something went wrong',
    'The fault is ours, and we have made a note of it. Please try again.',
  ],
  501: ['That does not work here', 'The shop does not know this kind of request.'],
  503: ['One moment, please', 'The shop cannot answer just now. Please try again in a moment.'],
}
