const names = new Set([
  'bookId',
  'checkoutKey',
  'credential',
  'form',
  'formKey',
  'kept',
  'madeFor',
  'passkey',
  'returnTo',
  'shown',
  'total',
])

/** Whether a field goes along with a form unseen, and nobody has typed what it holds. */
export function isUnseen(name: string): boolean {
  return names.has(name) || name.startsWith('seen-')
}
