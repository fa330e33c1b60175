import type { SafeHtml } from '@remix-run/html-template'
import { field, type FormState } from '../ui/form.ts'

/** Asks for a code of the app. Recovery codes have letters, so no keyboard of digits where they are taken. */
export function codeField(
  form: FormState<'code'>,
  { recovery, autofocus = false }: { recovery: boolean; autofocus?: boolean },
): SafeHtml {
  const hint = recovery
    ? 'The six digits in your authenticator app, or one of your recovery codes.'
    : 'The six digits that the app shows now.'
  return field(form, 'code', {
    label: 'Code',
    hint,
    autocomplete: 'one-time-code',
    autofocus,
    ...(recovery ? {} : { inputmode: 'numeric' as const }),
  })
}
