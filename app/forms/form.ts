import * as v from 'valibot'

/** A submitted form after its check: what was typed, a message a wrong field, and the clean values. */
interface SubmittedForm<fields extends v.ObjectEntries> {
  values: { -readonly [name in keyof fields]?: string }
  errors: { -readonly [name in keyof fields]?: string }
  /** `undefined` when a field is wrong. */
  output: v.InferOutput<v.ObjectSchema<fields, undefined>> | undefined
}

/**
 * Checks the fields of a form. A field that was not sent counts as empty. The first problem of a field is
 * the one to mend, and no further check looks at it: one that is too long is not searched for what is wrong.
 */
export function readForm<const fields extends v.ObjectEntries>(
  schema: v.ObjectSchema<fields, undefined>,
  formData: FormData,
): SubmittedForm<fields> {
  const values = Object.fromEntries(
    Object.keys(schema.entries).map((name) => [name, String(formData.get(name) ?? '')]),
  ) as SubmittedForm<fields>['values']
  const result = v.safeParse(schema, values, { abortPipeEarly: true })
  if (result.success) return { values, errors: {}, output: result.output }
  const errors: SubmittedForm<fields>['errors'] = {}
  for (const issue of result.issues) {
    const name = v.getDotPath(issue) as keyof fields
    errors[name] = issue.message
  }
  return { values, errors, output: undefined }
}
