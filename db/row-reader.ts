import { Column, is, SQL, Subquery } from '#drizzle-orm'

/** What drizzle selects: where a value goes, and what it is made by. */
export interface SelectedField {
  path: string[]
  field: unknown
}

interface Decoder {
  mapFromDriverValue(value: unknown): unknown
}

type Row = Record<string, unknown>

/**
 * Makes objects of rows, as drizzle does for tables and inner joins. It asks of each value anew what kind
 * of column it is in, which for a list of books takes three times as long as to read them.
 */
export function rowReader(fields: SelectedField[]): (rows: unknown[][]) => Row[] {
  const columns = fields.map(({ path, field }) => {
    const [name, nested] = path as [string, string?]
    return { name, nested, decoder: decoderOf(field) }
  })
  return (rows) =>
    rows.map((values) => {
      const row: Row = {}
      for (let i = 0; i < columns.length; i++) {
        const { name, nested, decoder } = columns[i]!
        const value = values[i] === null ? null : decoder.mapFromDriverValue(values[i])
        if (nested === undefined) row[name] = value
        else ((row[name] as Row | undefined) ??= {})[nested] = value
      }
      return row
    })
}

function decoderOf(field: unknown): Decoder {
  if (is(field, Column)) return field
  if (is(field, SQL)) return (field as unknown as { decoder: Decoder }).decoder
  if (is(field, Subquery)) return (field._.sql as unknown as { decoder: Decoder }).decoder
  return (field as { sql: { decoder: Decoder } }).sql.decoder
}
