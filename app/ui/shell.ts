import type { SafeHtml } from '@remix-run/html-template'
import type { Session } from 'remix/session'
import type { User } from '../../db/schema.ts'
import type { AssetHref } from '../assets/public-files.ts'
import type { Notice } from './notices.ts'

/** Who looks at a page. */
export interface Visitor {
  /** Who is logged in; `null` for a guest. */
  user: Pick<User, 'id' | 'name' | 'role'> | null
  session: Session
}

/** Who looks at which page. On an error page that may be unknown. */
export type Visit = Partial<Visitor> & { url: URL }

/** What a feature adds to every page, if it concerns this visitor. */
export type FramePart = (visit: Visit) => SafeHtml | null | Promise<SafeHtml | null>

/** Where a feature can add something. */
export type Place = 'account' | 'masthead' | 'navigation' | 'footer' | 'mailSent'

/** What stands after the footer, such as a developer panel, with its styles and scripts. */
export interface Panel {
  head: SafeHtml
  body: SafeHtml
}

/** What every page shows around its own content. */
export type Shell = Pick<Visit, 'user' | 'url'> & {
  /** Made for this page: a form of it that is sent twice is known by it. */
  formKey: string
  /** Which kept form it shows again, see kept-field.ts. */
  kept?: string | undefined
  /** The same as long as the visitor is, and tells nothing else: see visitor-mark.ts. */
  mark?: string | undefined
  asset: AssetHref
  parts: Record<Place, SafeHtml[]>
  notices: Notice[]
  panel?: Panel | undefined
}
