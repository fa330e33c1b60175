/** Whether what is typed into a field is kept nowhere and shown on no page again. */
export function isSecret(name: string): boolean {
  return /password/i.test(name) || name === 'code'
}

/**
 * Whether a field proves who is at the device at this very moment: not kept for later, when the owner of
 * the account might be led to carry on with what somebody else has sent.
 */
export function isForNow(name: string): boolean {
  return isSecret(name) || name === 'credential'
}
