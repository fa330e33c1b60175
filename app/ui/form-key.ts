import { randomFillSync } from 'node:crypto'

const BYTES = 16

// For a thousand pages: to ask the system each time costs a link or two.
const random = Buffer.alloc(BYTES * 1000)
let used = random.length

/** The value of the hidden field `formKey`: with it two forms are the same one sent twice. */
export function createFormKey(): string {
  if (used === random.length) {
    randomFillSync(random)
    used = 0
  }
  return random.toString('base64url', used, (used += BYTES))
}

/** The key that came with a form, if it is one. */
export function formKeyOf(form: FormData): string | undefined {
  const key = form.get('formKey')
  return typeof key === 'string' && /^[\w-]{22}$/.test(key) ? key : undefined
}
