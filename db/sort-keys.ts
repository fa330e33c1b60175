import { wordsOf } from './text.ts'

const articles = new Set(['the', 'a', 'an'])
const suffixes = new Set(['jr', 'sr', 'ii', 'iii', 'iv'])
// With a small letter they are left out: "Alexander von Humboldt" is under H, "Du Bois" under D.
const particles = new Set([
  'De',
  'Del',
  'Della',
  'Der',
  'Du',
  'La',
  'Le',
  'St',
  'St.',
  'Van',
  'Von',
])

/** Where a title stands in the alphabet: "The Odyssey" is under O. */
export function titleKey(title: string): string {
  const words = wordsOf(title)
  if (words.length > 1 && articles.has(words[0]!)) words.shift()
  return words.join(' ') || title
}

/** Where an author stands in the alphabet: "Jane Austen" is under A. Of several the first counts. */
export function authorKey(author: string): string {
  const [name] = /^\S+ (?:and|&) /.test(author) // "Jacob and Wilhelm Grimm"
    ? [author]
    : author.split(/,|;|&| and /)
  const names = name!.split(/\s+/).filter((word) => wordsOf(word).length > 0)
  let surname = names.findLastIndex((word) => !suffixes.has(wordsOf(word).join('')))
  while (surname > 1 && particles.has(names[surname - 1]!)) surname--
  const sorted = surname > 0 ? [...names.slice(surname), ...names.slice(0, surname)] : names
  return wordsOf([...sorted, author.slice(name!.length)].join(' ')).join(' ') || author
}
