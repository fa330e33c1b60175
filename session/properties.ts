/**
 * Some properties of an object. Of a union it is those of each object by itself: `null` has none, and
 * what all have in common would be none then. A list, or what else is no object, has none to merge into.
 */
export type PropertiesOf<value> = unknown extends value
  ? Record<string, unknown>
  : value extends readonly unknown[]
    ? never
    : value extends object
      ? { [name in keyof value]?: value[name] | undefined }
      : never

/** Whether a number may be under a key: where its type has none, adding to it would replace what is there. */
export type Countable<value> = unknown extends value
  ? unknown
  : [Extract<value, number>] extends [never]
    ? never
    : unknown
