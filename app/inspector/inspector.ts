import { createContextKey, type Middleware, type RequestContext } from 'remix/fetch-router'
import { getSessionState, Session } from 'remix/session'
import { loadSession } from 'remix/session-middleware'
import type { Database } from '../../db/database.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import { findCurrentLogin } from '../auth/load-current-login.ts'
import type { LoginSource } from '../auth/load-current-login.ts'
import type { Config } from '../config.ts'
import { Client } from '../middleware/client-address.ts'
import { createPageRenderer, type Site } from '../ui/page.ts'
import { routes } from '../routes.ts'
import type { Sessions } from '../session.ts'
import type { Panel } from '../ui/shell.ts'
import { SessionHistory, type Change } from './history.ts'
import { recordOperations, shortId, type Operation } from './operations.ts'
import { sessionPage } from './session-page.ts'
import { sessionPanel } from './session-panel.ts'
import { inspectorAssets } from './session-parts.ts'
import { viewSession, type Memory, type SessionView } from './session-view.ts'

interface InspectorOptions {
  config: Pick<Config, 'sessionStorage' | 'sessionDir' | 'sessionLifetime' | 'sessionMaxAge'>
  sessions: Pick<Sessions, 'cookie' | 'storage'>
  db: Database
  deviceBindings: LoginSource['deviceBindings']
  /** For its own page: without the panel, which the site gets afterwards. */
  site: Site
  now(): number
}

interface Inspector {
  /**
   * Put around the session middleware it answers `GET /session`, and for every other request records
   * what is done to the session and how that ends.
   */
  around<middleware extends Middleware<any>>(withSession: middleware): middleware
  /** The part of a page that tells of its session. Make it last: it shows what was done until then. */
  panel: (context: RequestContext<any, any>) => Panel | undefined
}

interface Recording {
  /** The beginning of the id with which the session came. */
  id: string | undefined
  operations: Operation[]
}

const Recording = createContextKey<Recording>()

/**
 * Shows developers what a session holds and what is done to it. Looking changes nothing: no flash is
 * consumed, nothing is renewed, stored or sent. Outside production only, because it shows everything.
 */
export function createInspector(options: InspectorOptions): Inspector {
  const { config, sessions, site, now } = options
  const { cookie, storage } = sessions
  const history = new SessionHistory()
  const page = createPageRenderer(site, { notices: false })

  function view(context: RequestContext<any, any>, session: Session): SessionView {
    return viewSession(session, {
      config,
      cookie,
      cookieHeader: context.request.headers.get('Cookie'),
      operations: (context.get(Recording) as Recording | undefined)?.operations,
      memory: recall(context, session),
      now: now(),
    })
  }

  function recall(context: RequestContext<any, any>, session: Session): Memory {
    const { origin } = getSessionState(session)
    if (origin) return history.find(shortId(origin.id)) ?? { changes: [] }
    const end = history.findEnd(visitorOf(context))
    return { changes: end ? [end] : [] }
  }

  // Not through the middleware of session and login, which would note that they are used.
  async function look(context: RequestContext<any, any>): Promise<Response> {
    const session = await loadSession(cookie, storage, context.request.headers.get('Cookie'))
    const seen = view(context, session)
    const headers = { 'Cache-Control': 'private, no-store', Vary: 'Accept, Cookie' }
    if (prefersJson(context.request.headers.get('Accept'))) {
      return Response.json(toJson(seen), { headers })
    }
    context.set(Session, session)
    context.set(CurrentLogin, await findCurrentLogin(context.request, session, options))
    return page(context, (shell) => sessionPage({ shell, view: seen }), { headers })
  }

  function noteEnd(context: RequestContext<any, any>, response: Response): void {
    const { id, operations } = context.get(Recording) as Recording
    if (!operations.some(({ changes }) => changes)) return
    const change = toChange(context, operations, response, cookie.name)
    const { destroyed, origin } = getSessionState(context.get(Session) as Session)
    if (destroyed) history.noteEnd(id, visitorOf(context), change)
    else if (origin) history.note({ before: id, after: shortId(origin.id) }, change)
  }

  return {
    around<middleware extends Middleware<any>>(withSession: middleware) {
      const around: Middleware<any> = async (context, next) => {
        if (
          context.url.pathname === routes.development.session.href() &&
          context.method === 'GET'
        ) {
          return look(context)
        }
        const response = (await withSession(context, () => {
          record(context)
          return next()
        })) as Response
        noteEnd(context, response)
        return response
      }
      return around as middleware
    },

    panel(context) {
      // A page may be made without a session, when the fault is that it cannot be read.
      const session = context.get(Session) as Session | undefined
      return (
        session && {
          head: inspectorAssets(site.asset),
          body: sessionPanel(view(context, session)),
        }
      )
    },
  }
}

function record(context: RequestContext<any, any>): void {
  const session = context.get(Session) as Session
  const { origin } = getSessionState(session)
  context.set(Recording, {
    id: origin ? shortId(origin.id) : undefined,
    operations: recordOperations(session),
  })
}

function toChange(
  context: RequestContext<any, any>,
  operations: readonly Operation[],
  response: Response,
  cookieName: string,
): Change {
  const header = response.headers
    .getSetCookie()
    .find((setCookie) => setCookie.startsWith(`${cookieName}=`))
  return {
    method: context.request.method,
    path: context.url.pathname,
    status: response.status,
    operations: [...operations],
    // An empty value, which removes the cookie, stays empty.
    setCookie: header?.replace(/^([^=;]+)=[^;]+/, '$1=…'),
  }
}

// Two visitors behind one address with one kind of browser are one here: see who else would look.
function visitorOf(context: RequestContext<any, any>): string {
  const { address } = context.get(Client) as Client
  return `${address} ${context.request.headers.get('User-Agent') ?? ''}`
}

function prefersJson(accept: string | null): boolean {
  const json = accept?.indexOf('application/json') ?? -1
  const html = accept?.indexOf('text/html') ?? -1
  return json !== -1 && (html === -1 || json < html)
}

function toJson({ storage, id, createdAt, expiresAt, data, flash, cookie }: SessionView): object {
  return {
    storage,
    id,
    createdAt: toIso(createdAt),
    expiresAt: toIso(expiresAt),
    data,
    flash,
    cookie,
  }
}

function toIso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString()
}
