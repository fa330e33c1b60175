import { rowReader, type SelectedField } from './row-reader.ts'

/** Runs a statement and answers its rows; each is a list of values if the method is `all`. */
export type Execute = (
  text: string,
  values: unknown[],
  method: string,
) => Promise<{ rows: unknown[] }>

interface Prepared {
  queryWithCache?: (text: string, values: unknown[], query: () => Promise<unknown>) => unknown
  /** Whether each table of a join has a row in all that is found. */
  joinsNotNullableMap?: Record<string, boolean>
}
interface Session {
  prepareQuery: (
    query: unknown,
    fields: SelectedField[] | undefined,
    ...rest: unknown[]
  ) => Prepared
}

/**
 * Lets the errors of the database through as they are. Drizzle would put the values of the statement
 * into their message, addresses and hashes of passwords among them, and messages end up in the log.
 * Rows become objects by `rowReader`, but for outer joins, of which it knows nothing.
 */
export function withOwnAnswers<Queries extends object>(db: Queries): Queries {
  const { session } = db as unknown as { session: Session }
  const prepareQuery = session.prepareQuery.bind(session)
  session.prepareQuery = (query, fields, ...rest) => {
    const prepared = prepareQuery(query, fields, ...rest)
    prepared.queryWithCache = (_text, _values, query) => query()
    if (fields) {
      const read = rowReader(fields)
      // Asked for with the answer: what is joined is told after this.
      const get = () => (hasOuterJoin(prepared) ? undefined : read)
      Object.defineProperty(prepared, 'customResultMapper', { get })
    }
    return prepared
  }
  return db
}

function hasOuterJoin({ joinsNotNullableMap = {} }: Prepared): boolean {
  return Object.values(joinsNotNullableMap).includes(false)
}
