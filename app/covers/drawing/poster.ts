import { authorBox, HEIGHT, WIDTH, type Composition } from './composition.ts'
import { setLine, setText, wrap } from './lettering.ts'
import type { Random } from './random.ts'
import { circle, path, rect } from './shapes.ts'
import { label } from './typographic.ts'

const COLUMN = WIDTH - 72
const GAP = 12
const CAPITAL_HEIGHT = 0.74

/** The title as a poster in capitals, each line as wide as the cover. */
export const poster: Composition = (words, palette, random) => {
  const lines = stack(words.title.toUpperCase().split(/\s+/).filter(Boolean))
  if (lines === null) return label(words, palette, random)
  const { ink, accents } = palette
  const height = stackHeight(lines)
  const atBottom = random.next() < 0.5
  const top = atBottom ? HEIGHT - 40 - height : 40
  const free = HEIGHT - height - 150
  return `${free < 60 ? '' : figure(atBottom ? 40 : HEIGHT - 40 - free, free, accents, random)}
    ${setStack(lines, top, ink)}
    ${setText(words.author, {
      ...authorBox(ink, atBottom ? top - 54 : top + height + 16, 'sans'),
      height: 34,
      vertical: atBottom ? 'bottom' : 'top',
    })}`
}

type StackedLine = { text: string; size: number; width: number }

/** Of all ways to break the lines, the tallest that fits; null where all letters are small. */
function stack(words: string[]): StackedLine[] | null {
  let best: StackedLine[] | null = null
  for (let limit = 1; limit <= 14; limit += 0.25) {
    const lines = wrap(words, limit, capitalsWidth).map((text) => {
      const width = capitalsWidth(text)
      const size = Math.min(COLUMN / width, 136)
      return { text, size, width: size * width }
    })
    const fits = stackHeight(lines) <= 380 && lines.every(({ size }) => size >= 30)
    if (fits && (best === null || stackHeight(lines) > stackHeight(best))) best = lines
  }
  return best
}

function stackHeight(lines: StackedLine[]): number {
  return lines.reduce((sum, { size }) => sum + size * CAPITAL_HEIGHT + GAP, -GAP)
}

function setStack(lines: StackedLine[], top: number, fill: string): string {
  let y = top - GAP
  return lines
    .map((line) => {
      y += line.size * CAPITAL_HEIGHT + GAP
      return setLine(line.text, { ...line, x: 36, y, face: 'sans', fill })
    })
    .join('')
}

/** In ems of a bold grotesque; the line is set to this width whatever the font. */
function capitalsWidth(text: string): number {
  let width = 0
  for (const character of text.normalize('NFD')) {
    if (/\p{Mark}/u.test(character)) continue
    if (/[ I.,;:'’!|]/.test(character)) width += 0.29
    else if (/[JLFTZ0-9?-]/.test(character)) width += 0.59
    else if (/[MW]/.test(character)) width += 0.9
    else width += 0.72
  }
  return width
}

function figure(top: number, height: number, accents: readonly string[], random: Random): string {
  const [first = '', second = '', third = ''] = accents
  const radius = Math.min(height / 2, 150)
  const y = top + height / 2
  const small = Math.min(radius, 50)
  return random.pick([
    () => circle(200, y, radius, first) + circle(200 + radius * 0.3, y, radius * 0.5, second),
    () =>
      [first, second, third]
        .map((color, index) => rect(36, top + (height / 3) * index, COLUMN, height / 3 - 8, color))
        .join(''),
    () =>
      path(`M36 ${top + height}V${top}L364 ${top + height}z`, first) +
      path(`M364 ${top}v${height}L200 ${y}z`, second),
    () =>
      [first, second, third]
        .map((color, index) => circle(36 + small + index * (164 - small), y, small, color))
        .join(''),
  ])()
}
