/** Whether what is typed into a field is kept nowhere and shown on no page again. */
export function isSecret(name: string): boolean {
  return /password/i.test(name) || name === 'code'
}
