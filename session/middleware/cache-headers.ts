import { warn } from '../warning.ts'

// What the caches of a CDN obey before `Cache-Control` (RFC 9213), and what some still do.
const TARGETED = /(^|-)cdn-cache-control$|^surrogate-control$/

let warned = false

/** For a response that depends on a session: what one visitor sees is not stored for another. */
export function keepOutOfSharedCaches(headers: Headers): void {
  addVary(headers, headers.get('Vary'))
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'private, no-store')
}

/**
 * For a response that carries the cookie of a session: no shared cache may store it, whatever the
 * handler chose. Who gets it from there would be somebody else.
 */
export function neverShare(headers: Headers): void {
  let vary: string | null = null
  let chosen: string | null = null
  const targeted: string[] = []
  // One look at all: each question to Headers costs as much.
  for (const [name, value] of headers) {
    if (name === 'vary') vary = value
    else if (name === 'cache-control') chosen = value
    else if (TARGETED.test(name)) targeted.push(name)
  }
  for (const name of targeted) headers.delete(name)
  addVary(headers, vary)
  if (chosen === null) headers.set('Cache-Control', 'private, no-store')
  else if (!isPrivate(chosen)) {
    headers.set('Cache-Control', makePrivate(chosen))
    if (!isStoredNowhere(chosen)) warnOnce(chosen)
  }
}

// RFC 9111, 4.1 and 5.2.2.
function addVary(headers: Headers, vary: string | null): void {
  if (vary === null) headers.set('Vary', 'Cookie')
  else if (!/(^|,)\s*(cookie|\*)\s*(,|$)/i.test(vary)) headers.append('Vary', 'Cookie')
}

// With fields in it, as private="set-cookie", the rest may be stored.
function isPrivate(control: string): boolean {
  const directives = new Set(directivesOf(control).map((directive) => directive.toLowerCase()))
  return directives.has('private') && !directives.has('public')
}

// A cache that understands the status may store what also says must-understand (RFC 9111, 5.2.2.3).
function isStoredNowhere(control: string): boolean {
  return /\bno-store\b/i.test(control) && !/\bmust-understand\b/i.test(control)
}

function makePrivate(control: string): string {
  const rest = directivesOf(control).filter(
    (directive) => !/^(public|private|s-maxage|proxy-revalidate)($|\s*=)/i.test(directive),
  )
  return ['private', ...rest].join(', ')
}

// Commas inside quotes separate the fields of one directive.
function directivesOf(control: string): string[] {
  return (control.match(/(?:"[^"]*"|[^,"])+/g) ?? []).map((part) => part.trim()).filter(Boolean)
}

function warnOnce(chosen: string): void {
  if (warned) return
  warned = true
  warn(
    `A response that sets a session cookie said "Cache-Control: ${chosen}". Shared caches would give ` +
      'that cookie to others, so it was made private. Further ones are made so silently.',
    'SessionCacheWarning',
  )
}
