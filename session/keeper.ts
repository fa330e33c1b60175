/** The middleware's part of a session. */
export interface SessionKeeper {
  /** Saves it, and answers the cookie value as its storage does. */
  save(): Promise<string>
  /** The cookie value that the browser holds. */
  cookie: string
  /** All values of the cookie's name that the request brought, as the storage takes them. */
  sent: readonly string[]
  /** Whether the session is nowhere but in its cookie. */
  keptInCookie(): boolean
}
