import { authorBox, HEIGHT, titleBox, WIDTH, type Composition } from './composition.ts'
import { giant, setText } from './lettering.ts'
import type { Random } from './random.ts'
import { circle, path, rect } from './shapes.ts'

/** Patterned paper with a label pasted on it. */
export const label: Composition = ({ title, author }, { ground, ink, accents }, random) => {
  const [paper, first, second] = accents
  const top = random.pick([64, 130, 196])
  return `${rect(0, 0, WIDTH, HEIGHT, paper)}
    ${pattern(first, second, random)}
    ${rect(46, top, 308, 236, ground)}
    <path d="M56.5 ${top + 10.5}h287v215h-287z" fill="none" stroke="${ink}" stroke-width="1.5"/>
    ${setText(title, { ...titleBox('serif', ink, { y: top + 28, height: 128, maxSize: 46 }), x: 72, width: 256, align: 'middle', vertical: 'middle' })}
    ${rect(180, top + 166, 40, 2, ink)}
    ${setText(author, { ...authorBox(ink, top + 174, 'italic'), x: 72, width: 256, align: 'middle', vertical: 'middle', maxSize: 20 })}`
}

function pattern(first: string, second: string, random: Random): string {
  const step = 50
  const motif = random.pick(patternMotifs)
  let shapes = ''
  for (let row = -1; row <= HEIGHT / step; row++) {
    for (let column = -1; column <= WIDTH / step; column++) {
      const x = column * step + (row % 2 === 0 ? 0 : step / 2)
      shapes += `<use href="#${(row + column) % 2 === 0 ? 'a' : 'b'}" x="${x}" y="${row * step}"/>`
    }
  }
  return `<defs><g id="a">${motif(first, second)}</g><g id="b">${motif(second, first)}</g></defs>${shapes}`
}

// Each fills a square of 50.
const patternMotifs: Array<(first: string, second: string) => string> = [
  (first, second) => path('M25 4 46 25 25 46 4 25z', first) + circle(25, 25, 6, second),
  (first, second) =>
    path('M0 50a25 25 0 0 1 50 0z', first) + path('M12 50a13 13 0 0 1 26 0z', second),
  (first, second) =>
    path('M25 46C6 34 8 14 25 4c17 10 19 30 0 42z', first) + rect(24, 14, 2, 36, second),
  (first, second) =>
    rect(21, 6, 8, 38, first) + rect(6, 21, 38, 8, first) + circle(25, 25, 5, second),
  (first, second) => path('M0 30 25 8l25 22v12L25 20 0 42z', first) + circle(25, 40, 4, second),
]

/** Lines that rise and fall like a voice. */
export const waves: Composition = ({ title, author }, { ground, ink, accents }, random) => {
  const [first, second] = accents
  const lines: string[] = []
  const peak = random.between(140, 260)
  for (let row = 0; row < 13; row++) {
    const y = 274 + row * 24
    let d = `M-10 ${y}`
    for (let x = 0; x <= WIDTH + 10; x += 20) {
      const near = Math.exp(-(((x - peak) / 92) ** 2))
      d += `L${x} ${(y - near * random.between(16, 70) - random.between(0, 3)).toFixed(0)}`
    }
    const color = row % 5 === 2 ? first : row % 5 === 4 ? second : ink
    lines.push(
      `<path d="${d}V${HEIGHT}H-10z" fill="${ground}" stroke="${color}" stroke-width="3" stroke-linejoin="round"/>`,
    )
  }
  return `${lines.join('')}
    ${setText(title, titleBox('italic', ink, { y: 40, height: 108, maxSize: 58 }))}
    ${setText(author, { ...authorBox(ink, 154), height: 30 })}`
}

/** The first letter, larger than the page. */
export const initial: Composition = ({ title, author }, { ground, ink, accents }, random) => {
  const word = title.replace(/^(?:the|an?) (?=.)/i, '')
  const letter =
    [...word.normalize('NFD')].find((character) => /[\p{Letter}\p{Number}]/u.test(character)) ?? '&'
  const [back, front, detail] = accents
  const x = random.pick([150, 200, 250])
  return `${circle(400 - x, 408, 150, back)}
    ${giant(letter.toUpperCase(), x, random.pick([470, 500]), front)}
    ${circle(random.pick([64, 336]), 256, 20, detail)}
    ${rect(0, 540, WIDTH, 60, ink)}
    ${setText(title, titleBox('serif', ink, { y: 40, height: 140, maxSize: 64 }))}
    ${setText(author, { ...authorBox(ground, 546), vertical: 'middle' })}`
}
