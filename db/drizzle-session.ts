/** Runs a statement and answers its rows; each is a list of values if the method is `all`. */
export type Execute = (
  text: string,
  values: unknown[],
  method: string,
) => Promise<{ rows: unknown[] }>

interface Prepared {
  queryWithCache?: (text: string, values: unknown[], query: () => Promise<unknown>) => unknown
}
interface Session {
  prepareQuery: (...args: unknown[]) => Prepared
}

/**
 * Lets the errors of the database through as they are. Drizzle would put the values of the statement
 * into their message, addresses and hashes of passwords among them, and messages end up in the log.
 */
export function withPlainErrors<Queries extends object>(db: Queries): Queries {
  const { session } = db as unknown as { session: Session }
  const prepareQuery = session.prepareQuery.bind(session)
  session.prepareQuery = (...args) => {
    const prepared = prepareQuery(...args)
    prepared.queryWithCache = (_text, _values, query) => query()
    return prepared
  }
  return db
}
