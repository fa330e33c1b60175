import * as v from 'valibot'
import { cleanLine, cleanText } from '../../db/text.ts'

/** A field for a text on one line. What nobody sees is left out, and does not count as a text. */
export function textLine(what: string, longest: number) {
  return cleaned(cleanLine, what, longest)
}

/** The same of several lines. */
export function textArea(what: string, longest: number) {
  return cleaned(cleanText, what, longest)
}

function cleaned(clean: (text: string) => string, what: string, longest: number) {
  return v.pipe(
    v.string(),
    v.transform(clean),
    v.nonEmpty(`Enter ${what}.`),
    v.maxLength(longest, `Use at most ${longest} characters for ${what}.`),
  )
}
