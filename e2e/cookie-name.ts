/** What the session cookie of the shop at `origin` is called, outside production. */
export function cookieNameAt(origin: string): string {
  return `session-${new URL(origin).port}`
}
