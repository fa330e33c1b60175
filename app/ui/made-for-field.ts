import type { SafeHtml } from '@remix-run/html-template'
import type { Shell } from './shell.ts'
import { hiddenField } from './hidden-field.ts'

/** Names whom the form was made for: see own-forms.ts. The form of a guest is for everybody. */
export function madeForField(user: Shell['user']): SafeHtml | null {
  return user ? hiddenField('madeFor', user.id) : null
}
