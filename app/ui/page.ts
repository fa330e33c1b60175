import type { SafeHtml } from '@remix-run/html-template'
import type { RequestContext } from 'remix/fetch-router'
import { Session } from 'remix/session'
import type { AssetHref } from '../assets/public-files.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import { readSession } from '../session-values.ts'
import { createFormKey } from './form-key.ts'
import { keptIdOf } from './kept-field.ts'
import { NoticeNow } from './notices.ts'
import type { Notice } from './notices.ts'
import type { FramePart, Panel, Place, Shell, Visit, Visitor } from './shell.ts'
import { markVisitor, type MarkPart } from './visitor-mark.ts'

/** Answers with a page: fetches what every page shows around its content, and puts it there. */
export type RenderPage = (
  context: RequestContext<any, any>,
  page: (shell: Shell) => SafeHtml | Buffer,
  init?: number | ResponseInit,
) => Promise<Response>

/** The same one as long as it shows the same. */
export type HomePart = (shell: Shell) => SafeHtml

/** What the features add to every page. */
export type Frame = Partial<Record<Place, FramePart[]>> & {
  /** What the home page shows: read first, and then put into it. */
  home?: ((url: URL) => Promise<HomePart>)[]
  notices?: ((visit: Visit) => Notice | undefined)[]
  /** With what else than the login a page is out of date that a browser has kept. */
  marks?: MarkPart[]
}

/** What all pages have in common, whoever looks at them. */
export interface Site {
  frame: Frame
  asset: AssetHref
  /** What stands at the end of every page; made last, when all else has been read. */
  panel?: (context: RequestContext<any, any>) => Panel | undefined
}

interface PageOptions {
  /** Pass `false` for pages that leave the session alone: a flash stays for the next page then. */
  notices?: boolean
  /**
   * For error pages: who sees it, where that can be told. They do without the parts that cannot be
   * made.
   */
  inTrouble?: { visitor: Visitor | undefined } | undefined
}

export function createPageRenderer(
  { frame, asset, panel }: Site,
  { notices = true, inTrouble }: PageOptions = {},
): RenderPage {
  const makePart = inTrouble ? makeIfPossible : make
  return async (context, page, init) => {
    const { url } = context
    const visit: Visit = inTrouble ? { ...inTrouble.visitor, url } : visitOf(context)
    const makeParts = async (place: Place): Promise<SafeHtml[]> => {
      const parts: SafeHtml[] = []
      for (const part of frame[place] ?? []) {
        const made = makePart(part, visit)
        const markup = made instanceof Promise ? await made : made
        if (markup !== null) parts.push(markup)
      }
      return parts
    }
    const shell: Shell = {
      user: visit.user,
      url: visit.url,
      formKey: createFormKey(),
      kept: keptIdOf(context),
      mark: inTrouble ? undefined : await markVisitor(context, visit, frame.marks),
      asset,
      parts: {
        account: await makeParts('account'),
        masthead: await makeParts('masthead'),
        navigation: await makeParts('navigation'),
        footer: await makeParts('footer'),
        mailSent: await makeParts('mailSent'),
      },
      notices: notices ? [...readNotices(frame, visit), ...noticesNow(context)] : [],
    }
    return htmlResponse(page({ ...shell, panel: panel?.(context) }), init)
  }
}

// As bytes: a text would be encoded twice, once to know its length. And as a stream of them, as a response
// that is given bytes copies them.
function htmlResponse(page: SafeHtml | Buffer, init: number | ResponseInit | undefined): Response {
  const body = Buffer.isBuffer(page) ? page : Buffer.from(String(page))
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(body)
      controller.close()
    },
  })
  const response = new Response(stream, typeof init === 'number' ? { status: init } : init)
  response.headers.set('Content-Type', 'text/html; charset=UTF-8')
  response.headers.set('Content-Length', String(body.length))
  return response
}

function visitOf(context: RequestContext<any, any>): Visit {
  const login = context.get(CurrentLogin) as CurrentLogin | null | undefined
  return { user: login?.user ?? null, url: context.url, session: context.get(Session) }
}

function readNotices({ notices = [] }: Frame, visit: Visit): Notice[] {
  return [
    ...notices.map((notice) => notice(visit)),
    visit.session && readSession(visit.session, 'notice'),
  ].filter((notice) => notice !== undefined)
}

function noticesNow(context: RequestContext<any, any>): Notice[] {
  return context.has(NoticeNow) ? [context.get(NoticeNow) as Notice] : []
}

function make(part: FramePart, visit: Visit): ReturnType<FramePart> {
  return part(visit)
}

/** As it is for this visitor, else as it is for anybody, else not at all. */
async function makeIfPossible(part: FramePart, visit: Visit): Promise<SafeHtml | null> {
  for (const { url, ...visitor } of [visit, { url: visit.url }]) {
    try {
      return await part({ ...visitor, url })
    } catch {
      // The next one asks for less.
    }
  }
  return null
}
