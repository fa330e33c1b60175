import type { SafeHtml } from '@remix-run/html-template'
import type { Config } from '../config.ts'
import type { Shell } from './shell.ts'

const MOST_KEPT = 200
// In bytes. A page repeats its address in each of its forms, and that may be as long as anybody
// likes.
const LARGEST_KEPT = 100_000

/** A page as bytes, and where in them stand the key of its forms and the mark of its visitor. */
interface CachedPage {
  body: Buffer
  places: number[]
  markAt: number
}

type Shown = object | number

/**
 * Keeps pages for the next guest who is shown the same: to put one together and to encode it is half
 * of what it costs. Only the key of its forms and the mark of its visitor, of the same length, are
 * others each time. A page is known by all else that it is made of, so nobody gets what somebody else
 * is shown, be it the number of books in a cart.
 *
 * @param render Makes a page of what it is given and of nothing else. Nobody may change an object
 *   that it is given; one that comes but once, as after each question to a database, makes no page to
 *   be kept
 * @param config Outside production none is kept: there style sheets change, and with them their
 *   addresses
 */
export function cachePages<Given extends { [name in keyof Given]: Shown }>(
  render: (given: Given & { shell: Shell }) => SafeHtml,
  { production }: Pick<Config, 'production'>,
): (given: Given & { shell: Shell }) => SafeHtml | Buffer {
  if (!production) return render
  const pages = new Map<string, CachedPage>()
  const numbers = new WeakMap<object, number>()
  let lastNumber = 0

  function nameOf(shown: Shown): string {
    if (typeof shown === 'number') return String(shown)
    if (Array.isArray(shown)) return `[${shown.map(nameOf).join()}]`
    if (!numbers.has(shown)) numbers.set(shown, ++lastNumber)
    return `#${numbers.get(shown)}`
  }

  return (given) => {
    const { shell, ...shown } = given
    const { user, url, parts, notices, panel, formKey, mark = '' } = shell
    const lastBefore = lastNumber
    const names = Object.values<Shown>(shown).map(nameOf)
    const isForAnyGuest = user === null && notices.length === 0 && panel === undefined
    if (!isForAnyGuest || lastNumber > lastBefore) return render(given)

    const name = [...names, mark.length, url.href, ...Object.values(parts).flat()].join('\n')
    const kept = pages.get(name)
    if (kept) {
      // The one that was not shown for longest stands first, and goes first.
      pages.delete(name)
      pages.set(name, kept)
      return fill(kept, formKey, mark)
    }
    const body = Buffer.from(String(render(given)))
    if (body.length > LARGEST_KEPT) return body
    if (pages.size === MOST_KEPT) pages.delete(pages.keys().next().value!)
    // The first time: what else reads like it was in the address.
    pages.set(name, { body, places: placesOf(formKey, body), markAt: body.indexOf(mark) })
    return Buffer.from(body)
  }
}

function placesOf(formKey: string, body: Buffer): number[] {
  const places: number[] = []
  for (let at = body.indexOf(formKey); at !== -1; at = body.indexOf(formKey, at + 1)) {
    places.push(at)
  }
  return places
}

function fill({ body, places, markAt }: CachedPage, formKey: string, mark: string): Buffer {
  const copy = Buffer.from(body)
  if (markAt !== -1) copy.write(mark, markAt, 'latin1')
  for (const place of places) copy.write(formKey, place, 'latin1')
  return copy
}
