import type { StolenJars } from './stolen-jars.ts'
import type { Verdict } from './verdict.ts'

export function judgeStolenJars({ maxAge, bound, unbound, proofs }: StolenJars): Verdict {
  const good =
    [bound.atOnce, unbound.atOnce, unbound.later, bound.owner, unbound.owner].every(isLoggedIn) &&
    bound.later.status === 303 &&
    bound.later.location?.startsWith('/login') === true &&
    proofs > 0
  if (!good) {
    const why = 'The bound copy alone must end, and that after a while.'
    return { good, short: 'Not as it should be!', why }
  }
  return {
    good,
    short: 'The bound copy is dead, the unbound one is not.',
    why: `Both worked at once, as no cookie can tell a copy. After ${maxAge} s the bound one needed a key that it does not have; its owner noticed nothing. The unbound one works until the login ends.`,
  }
}

function isLoggedIn({ status, location }: StolenJars['bound']['owner']): boolean {
  return status === 200 && location === null
}
