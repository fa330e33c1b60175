/** Whether `DATABASE_URL` is the address of a PostgreSQL. */
export function isPostgresUrl(url: string): boolean {
  return /^postgres(?:ql)?:\/\//i.test(url) && URL.canParse(url)
}

/**
 * Whether `DATABASE_URL` is something that can be opened: the address of a PostgreSQL, `:memory:` or the
 * path of an SQLite file.
 */
export function isDatabaseUrl(url: string): boolean {
  return url === ':memory:' || isPostgresUrl(url) || !(isNoPath(url) || url.startsWith(':'))
}

/**
 * Whether a value begins as no path does: as an address, or with the `~` that a shell would replace. Taken
 * for a path, `file:/data/shop.sqlite` would be a new file in a folder of that name. A scheme has two
 * letters or more, for C: is a drive.
 */
export function isNoPath(value: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]+:|~)/i.test(value)
}

/** Where the database is, as it may be shown: without user and password. */
export function placeOf(url: string): string {
  if (!isPostgresUrl(url)) return url
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}
