// Letters that Unicode does not take apart into a base letter and an accent.
const ligatures: Record<string, string> = { æ: 'ae', œ: 'oe', ø: 'o', ß: 'ss', ł: 'l', đ: 'd' }

/** Text without case, accents and apostrophes, so that "bronte" finds "Brontë". */
export function fold(text: string): string {
  return foldLetters(text.normalize('NFKD').replace(/\p{M}/gu, ''))
}

function foldLetters(text: string): string {
  return text
    .replace(/['’]/g, '')
    .toLowerCase()
    .replace(/[æœøßłđ]/g, (letter) => ligatures[letter] ?? letter)
}

/** The words of a text, folded. "&" is the word that it is read as. */
export function wordsOf(text: string): string[] {
  return fold(text.replaceAll('&', ' and ')).match(/[\p{L}\p{N}]+/gu) ?? []
}

/**
 * The part of a URL that stands for a title: lower-case letters of any script, digits and hyphens.
 * Latin letters go without their accents; marks that other scripts write their vowels with stay.
 */
export function slugOf(title: string): string {
  const plain = title.normalize('NFKD').replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
  const words = foldLetters(plain.normalize('NFC')).match(/[\p{L}\p{N}\p{M}]+/gu) ?? ['book']
  return [...words.join('-')].slice(0, 80).join('').replace(/-$/, '')
}

/**
 * Text without the characters that nobody sees: control characters, and those that only tell how to
 * set the others, such as a space of no width or a change of direction. Two joiners stay, as Persian
 * words and emoji are made with them, and so do the signs that Arabic sets around a number, and the
 * letters in the flag of a country such as Scotland.
 */
export function withoutInvisible(text: string): string {
  // Two halves of characters would make another one if what stands between them went.
  return text.toWellFormed().replace(flagOrInvisible, '$<flag>')
}

const flagOrInvisible =
  /(?<flag>\u{1f3f4}[\u{e0030}-\u{e007a}]{2,6}\u{e007f})|(?![\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}\u200c\u200d])[\p{Cf}\p{Cc}\u115f\u1160\u3164\uffa0]/gu

// What ends a line or sets words apart, and would join them if it went with the other controls.
const separators = /[\t\n\v\f\r\u0085\u2028\u2029]/g

/** Text on one line, without what nobody sees; empty if that is all there is. */
export function cleanLine(text: string): string {
  // A braille pattern without dots is a letter to Unicode, and a blank to whoever looks.
  const line = withoutInvisible(text.replace(separators, ' ')).replace(/[\s\u2800]+/g, ' ')
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(line) ? line.trim() : ''
}

/** The same of a text of several lines. Browsers send each end of a line as two characters. */
export function cleanText(text: string): string {
  const lines = text
    .split(/\r\n?|\n/)
    .map((line) => withoutInvisible(line.replace(separators, ' ')))
  return cleanLine(text) === '' ? '' : lines.join('\n').trim()
}
