import type { SafeHtml } from '@remix-run/html-template'
import type { User } from '../../db/schema.ts'
import type { Notice } from './notices.ts'

/** What every page shows around its own content. */
export type Shell = {
  /** Who is signed in. */
  user: Pick<User, 'id' | 'name' | 'role'> | null
  /** Books in the cart, copies counted. */
  cartCount: number
  /** The page's own address: marks where the visitor is and keeps the search text in its box. */
  url: URL
  genres: string[]
  notices: Notice[]
  /** Shown after the footer, for example a developer panel. */
  panel?: SafeHtml
}
