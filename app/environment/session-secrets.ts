const placeholder = /change-?me|replace|your-?secret|placeholder/i

/** The secrets in `SESSION_SECRET`, and what is wrong with them, by their position alone. */
export function readSecrets(value: string | undefined): { list?: string[]; problems: string[] } {
  if (value === undefined) return { problems: [] }
  const list = value.split(',').map((secret) => secret.trim())

  // Which one is wrong is told by its position: a secret is never printed.
  const problems = list.flatMap((secret, index) => {
    const name = list.length === 1 ? 'SESSION_SECRET' : `SESSION_SECRET, number ${index + 1},`
    if (list.indexOf(secret) < index) return `${name} repeats an earlier one: drop it`
    if (secret.length < 32) {
      return `${name} has ${secret.length} characters: use 32 random ones or more, for example from: openssl rand -base64 32`
    }
    if (placeholder.test(secret) || new Set(secret).size < 8) {
      return `${name} is a placeholder: make a random one, for example with: openssl rand -base64 32`
    }
    return []
  })
  return { list, problems }
}
