import { fieldId } from '../ui/form.ts'

/**
 * Where a form stands that is kept nowhere, because a password or a code is in it, for who comes back from
 * the login or from confirming it: the page tells that nothing was done, and the field has the focus.
 */
export function formAgainHref(page: string, field: string): string {
  return `${page}?form=again#${fieldId(field)}`
}

/** Whether something was sent that was not kept. */
export function isFormAgain({ searchParams }: URL): boolean {
  return searchParams.get('form') === 'again'
}
