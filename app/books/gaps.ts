import { html, type SafeHtml } from '@remix-run/html-template'

import type { Shell } from '../ui/shell.ts'

/** What markup that is the same for everybody has other on each page. */
export interface Fillings {
  /** Of the page's forms. */
  formKey: SafeHtml
  /** The address that a form comes back to. */
  here: SafeHtml
}

const mark = '<gap '

/** To be filled later. No text of a page can look like these, as that is escaped. */
export const gaps: Fillings = {
  formKey: html.raw`${mark}formKey>`,
  here: html.raw`${mark}here>`,
}

// It stands in each form of a page, of which there are dozens.
const LONGEST_ADDRESS = 1000

export function fillingsOf({ formKey, url }: Pick<Shell, 'formKey' | 'url'>): Fillings {
  const here = html`${url.pathname}${url.search}`
  const isShort = String(here).length <= LONGEST_ADDRESS
  return { formKey: html`${formKey}`, here: isShort ? here : html`${url.pathname}` }
}

/** Markup around its gaps: text, the name of a gap, text and so on. */
export type GappedMarkup = readonly string[]

/** @param markup Without scripts and styles, in which a character reference means nothing */
export function splitAtGaps(markup: SafeHtml): GappedMarkup {
  // A text with a single letter beyond Latin-1 has two bytes for each of its letters in memory, and it takes
  // four times as long to put such a page together and encode it.
  const narrow = String(markup).replaceAll(/[\u0100-\u{10ffff}]/gu, (letter) => {
    return `&#${letter.codePointAt(0)};`
  })
  return narrow.split(/<gap (\w+)>/)
}

export function fillGaps(markup: GappedMarkup, fillings: Fillings): SafeHtml {
  const filled = [...markup]
  for (let i = 1; i < filled.length; i += 2) {
    filled[i] = String(fillings[filled[i] as keyof Fillings])
  }
  return html.raw`${filled.join('')}`
}

/**
 * Keeps what is the same for everybody once an object is shown again, which nobody may change, and fills its
 * gaps on each page. What is shown but once, as after each question to a database, costs nothing more.
 */
export function cacheRendered<Shown extends object>(
  render: (shown: Shown, gaps: Fillings) => SafeHtml,
): (shown: Shown, fillings: Fillings) => SafeHtml {
  const rendered = new WeakMap<Shown, GappedMarkup | 'once'>()
  return (shown, fillings) => {
    let markup = rendered.get(shown)
    if (markup === undefined) {
      rendered.set(shown, 'once')
      return render(shown, fillings)
    }
    if (markup === 'once') {
      markup = splitAtGaps(render(shown, gaps))
      rendered.set(shown, markup)
    }
    return fillGaps(markup, fillings)
  }
}
