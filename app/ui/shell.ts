import type { SafeHtml } from '@remix-run/html-template'
import type { Session } from 'remix/session'
import type { User } from '../../db/schema.ts'
import type { AssetHref } from '../assets/public-files.ts'
import type { Notice } from './notices.ts'

/** Who looks at which page. */
export interface Visit {
  /** Who is signed in. */
  user: Pick<User, 'id' | 'name' | 'role'> | null
  url: URL
  /** Absent where the fault is that it cannot be read. */
  session?: Session | undefined
}

/** What a feature adds to every page, if it concerns this visitor. */
export type FramePart = (visit: Visit) => SafeHtml | null | Promise<SafeHtml | null>

/** Where a feature can add something. */
export type Place = 'account' | 'masthead' | 'navigation' | 'footer'

/** What stands after the footer, such as a developer panel, with its styles and scripts. */
export interface Panel {
  head: SafeHtml
  body: SafeHtml
}

/** What every page shows around its own content. */
export type Shell = Pick<Visit, 'user' | 'url'> & {
  asset: AssetHref
  parts: Record<Place, SafeHtml[]>
  notices: Notice[]
  panel?: Panel | undefined
}
