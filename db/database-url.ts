/** Whether `DATABASE_URL` is the address of a PostgreSQL. */
export function isPostgresUrl(url: string): boolean {
  return /^postgres(?:ql)?:$/.test(URL.parse(url)?.protocol ?? '')
}
