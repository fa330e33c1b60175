// Letters that Unicode does not take apart into a base letter and an accent.
const ligatures: Record<string, string> = { æ: 'ae', œ: 'oe', ø: 'o', ß: 'ss', ł: 'l', đ: 'd' }

/** Text without case, accents and apostrophes, so that "bronte" finds "Brontë". */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}'’]/gu, '')
    .toLowerCase()
    .replace(/[æœøßłđ]/g, (letter) => ligatures[letter] ?? letter)
}

export function searchTextOf(book: { title: string; author: string; description: string }): string {
  return fold(`${book.title} ${book.author} ${book.description}`)
}

/** The part of a URL that stands for a title: lower-case ASCII letters, digits and hyphens. */
export function slugOf(title: string): string {
  const words = fold(title).match(/[a-z0-9]+/g) ?? ['book']
  return words.join('-').slice(0, 80).replace(/-$/, '')
}

/**
 * Text without the characters that nobody sees: control characters, and those that only tell how to
 * set the others, such as a space of no width or a change of direction. Two joiners stay, as Persian
 * words and emoji are made with them.
 */
export function withoutInvisible(text: string): string {
  return text.replace(/(?![\u200c\u200d])[\p{Cf}\p{Cc}\u115f\u1160\u3164\uffa0]/gu, '')
}
