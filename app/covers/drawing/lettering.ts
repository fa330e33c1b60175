/** A typeface by role. Widths are estimated, because nobody knows which font the reader has. */
export type Face = 'serif' | 'italic' | 'sans'

export type TextBox = {
  x: number
  y: number
  width: number
  height: number
  face: Face
  fill: string
  maxSize: number
  minSize: number
  align?: 'start' | 'middle' | 'end'
  vertical?: 'top' | 'bottom' | 'middle'
}

const serifFamily =
  "'Iowan Old Style','Palatino Linotype',Palatino,'URW Palladio L',P052,'Liberation Serif',Georgia,serif"
const sansFamily = "'Avenir Next',Avenir,'Helvetica Neue',Arial,'Liberation Sans',sans-serif"

const faces: Record<Face, { attributes: string; scale: number; leading: number }> = {
  serif: { attributes: `font-family="${serifFamily}"`, scale: 1, leading: 1.04 },
  italic: {
    attributes: `font-family="${serifFamily}" font-style="italic"`,
    scale: 1,
    leading: 1.08,
  },
  sans: {
    attributes: `font-family="${sansFamily}" font-weight="700"`,
    scale: 1.08,
    leading: 1.02,
  },
}

/** Sets text as large as its box allows, on as many lines as it takes, and never beyond the box. */
export function setText(text: string, box: TextBox): string {
  const { size, lines } = fit(text, box)
  const { leading } = faces[box.face]
  const height = size * leading * lines.length
  const slack = { top: 0, middle: (box.height - height) / 2, bottom: box.height - height }
  const top = box.y + slack[box.vertical ?? 'top']
  const align = box.align ?? 'start'
  const x = { start: box.x, middle: box.x + box.width / 2, end: box.x + box.width }[align]
  const spans = lines.map((line, index) => {
    // The baseline stands at about four fifths of a line's height.
    const y = top + size * leading * index + size * 0.82
    return `<text x="${round(x)}" y="${round(y)}">${escapeXml(line)}</text>`
  })
  return `<g ${faces[box.face].attributes} font-size="${size}" fill="${box.fill}" ${anchorAt(align, text)}>${spans.join('')}</g>`
}

/** One line stretched or squeezed to exactly `width`. */
export function setLine(
  text: string,
  line: { x: number; y: number; width: number; size: number; face: Face; fill: string },
): string {
  const isRightToLeft = rightToLeft.test(text)
  const x = isRightToLeft ? line.x + line.width : line.x
  const anchor = isRightToLeft ? ` ${anchorAt('end', text)}` : ''
  return `<text x="${round(x)}" y="${round(line.y)}" ${faces[line.face].attributes} font-size="${round(line.size)}" fill="${line.fill}"${anchor} textLength="${round(line.width)}" lengthAdjust="spacingAndGlyphs">${escapeXml(text)}</text>`
}

/** Its first letter is of a script that is written from right to left. */
const rightToLeft =
  /^\P{L}*(?=\p{L})[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u

/** Where a text starts, and its punctuation stands, is a matter of its direction: it is to stay in its box. */
function anchorAt(side: 'start' | 'middle' | 'end', text: string): string {
  if (!rightToLeft.test(text)) return `text-anchor="${side}"`
  const anchor = { start: 'end', middle: 'middle', end: 'start' }[side]
  return `text-anchor="${anchor}" direction="rtl"`
}

/** One letter as a shape, so large that the fonts' differences do not matter. */
export function giant(letter: string, x: number, size: number, fill: string): string {
  return `<text x="${x}" y="548" text-anchor="middle" ${faces.serif.attributes} font-size="${size}" font-weight="700" fill="${fill}">${escapeXml(letter)}</text>`
}

/** The largest size at which the words fit, with lines of about equal length. */
export function fit(
  text: string,
  { width, height, face, maxSize, minSize }: TextBox,
): { size: number; lines: string[] } {
  const words = text.split(/\s+/).filter((word) => word !== '')
  const { leading } = faces[face]
  const widthOf = (text: string) => measure(text, face)
  for (let size = maxSize; size >= minSize; size -= 1) {
    const limit = width / size
    if (words.some((word) => widthOf(word) > limit)) continue
    const lines = wrap(words, limit, widthOf)
    if (lines.length * size * leading <= height) {
      return { size, lines: balance(words, limit, lines.length, face) }
    }
  }
  return { size: minSize, lines: squeeze(words, width / minSize, height / minSize / leading, face) }
}

/** Width in ems, generous enough for the widest of the fonts that may be used. */
export function measure(text: string, face: Face): number {
  let width = 0
  for (const character of text.normalize('NFD')) width += advance(character)
  return width * faces[face].scale
}

function advance(character: string): number {
  if (/\p{Mark}|\u200d/u.test(character)) return 0
  if (/[ ijl.,;:'’!|()[\]]/.test(character)) return 0.31
  if (/[frtI"“”\-/]/.test(character)) return 0.42
  if (/[mw]/.test(character)) return 0.88
  if (/[MW@%—…&]/.test(character)) return 0.98
  if (/[a-z]/.test(character)) return 0.56
  if (/[0-9–]/.test(character)) return 0.62
  if (/[A-Z]/.test(character)) return 0.76
  if (/[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]/u.test(character)) return 0.82
  return 1.1
}

/** Puts words on lines until each line is full. */
export function wrap(words: string[], limit: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of words) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && widthOf(longer) > limit) {
      lines.push(line)
      line = word
    } else {
      line = longer
    }
  }
  return line === '' ? lines : [...lines, line]
}

/** Narrows the column as long as it takes no more lines: no word is left alone on the last one. */
function balance(words: string[], limit: number, count: number, face: Face): string[] {
  const widthOf = (text: string) => measure(text, face)
  const widest = Math.max(...words.map(widthOf), 0)
  let lines = wrap(words, limit, widthOf)
  if (count < 2) return lines
  for (let column = limit * 0.96; column >= widest; column *= 0.96) {
    const narrower = wrap(words, column, widthOf)
    if (narrower.length > count) break
    lines = narrower
  }
  return lines
}

/** For what does not fit even in the smallest size: long words break, the rest is an ellipsis. */
function squeeze(words: string[], limit: number, maxLines: number, face: Face): string[] {
  const pieces = words.flatMap((word) => breakWord(word, limit, face))
  const lines = wrap(pieces, limit, (text) => measure(text, face))
  const room = Math.max(1, Math.floor(maxLines))
  if (lines.length <= room) return lines
  const kept = lines.slice(0, room)
  let last = [...(kept.pop() ?? '')]
  while (last.length > 0 && measure(`${last.join('')}…`, face) > limit) last = last.slice(0, -1)
  return [...kept, `${last.join('').trimEnd()}…`]
}

function breakWord(word: string, limit: number, face: Face): string[] {
  const pieces: string[] = []
  let piece = ''
  for (const { segment } of new Intl.Segmenter('en').segment(word)) {
    if (piece !== '' && measure(piece + segment, face) > limit) {
      pieces.push(piece)
      piece = ''
    }
    piece += segment
  }
  return piece === '' ? pieces : [...pieces, piece]
}

/** Escapes markup, and drops what XML cannot hold at all. */
export function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  )
}

export function round(value: number): number {
  return Math.round(value * 10) / 10
}
