import { cookieError } from './attributes.ts'

const PLACEHOLDER =
  /change.?me|change.?this|replace.?(me|this|with)|placeholder|your.?(secret|key)|insert.?/i
const SHORTEST = 32
const FEWEST_CHARACTERS = 6

/**
 * Checks the secrets of a cookie, so that a wrong setting stops the start and not the first request.
 *
 * @throws TypeError that names which secret cannot be used, never its text
 */
export function checkSecrets(cookie: string, secrets?: readonly (string | undefined)[]): string[] {
  if (secrets === undefined) return []
  // Somebody meant to sign.
  if (secrets.length === 0) {
    throw cookieError(cookie, 'secrets is an empty list: leave it out for an unsigned cookie')
  }
  // A copy has no holes, which map would skip.
  return [...secrets].map((secret, index) => {
    const problem = findProblem(secret) ?? (secrets.indexOf(secret) < index ? 'is there twice' : '')
    if (problem !== '') throw cookieError(cookie, `secrets[${index}] ${problem}`)
    return secret!
  })
}

function findProblem(secret: string | undefined): string | undefined {
  if (typeof secret !== 'string') {
    return `is ${secret === undefined ? 'undefined: is its environment variable set?' : 'not a string'}`
  }
  if (secret.length < SHORTEST) {
    return `has ${secret.length} characters, at least ${SHORTEST} are needed`
  }
  if (PLACEHOLDER.test(secret) || new Set(secret).size < FEWEST_CHARACTERS) {
    return 'looks like a placeholder: take random characters'
  }
  return undefined
}
