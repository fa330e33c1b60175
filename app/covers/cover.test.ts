import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'

import { seedBooks } from '../../db/seed-books.ts'
import { testCatalogue } from '../../db/testing-catalogue.ts'
import { hostileText, skeleton } from '../ui/testing-markup.ts'
import { fit, measure, setLine, setText, type Face } from './drawing/lettering.ts'
import { palettes } from './drawing/palettes.ts'
import { renderCover } from './cover.ts'

const books = [...seedBooks(), ...testCatalogue()].map((book) => ({ ...book, slug: book.title }))

/** Throws where a strict XML parser would, as far as covers use XML. */
function assertWellFormed(xml: string): void {
  // oxlint-disable-next-line no-control-regex
  assert.doesNotMatch(xml, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/)
  assert.ok(xml.isWellFormed(), 'has a lone surrogate')
  const open: string[] = []
  let end = 0
  for (const tag of xml.matchAll(/<(\/?)([\w:]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g)) {
    assertText(xml.slice(end, tag.index))
    end = tag.index + tag[0].length
    const [, closing, name = '', attributes = '', empty] = tag
    assertText(attributes)
    if (closing) assert.equal(open.pop(), name)
    else if (!empty) open.push(name)
  }
  assertText(xml.slice(end))
  assert.deepEqual(open, [])
}

/** The letters and digits of a text: the same in capitals, and on however many lines. */
function bare(text: string): string {
  return text.replaceAll(/&\w+;|[^\p{L}\p{N}]/gu, '').toLowerCase()
}

function assertText(text: string): void {
  assert.doesNotMatch(text, /<|&(?!(?:amp|lt|gt|quot);)|\]\]>/)
}

describe('renderCover', () => {
  it('draws a well-formed cover with title and author for every book of the shop', () => {
    for (const book of books) {
      const svg = renderCover(book)
      assertWellFormed(svg)
      assert.doesNotMatch(svg, /NaN|undefined|Infinity/)
      const lines = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, line]) => line)
      for (const words of [book.title, book.author]) {
        assert.ok(bare(lines.join('')).includes(bare(words)), words)
      }
    }
  })

  it('is the same every time', () => {
    for (const book of books) assert.equal(renderCover(book), renderCover(book))
  })

  it('sets each text in its own direction, at the same side', () => {
    const box = { x: 10, y: 0, width: 300, height: 140, fill: '#000', maxSize: 60, minSize: 20 }
    const anchors = [
      ['start', '10', 'end'],
      ['middle', '160', 'middle'],
      ['end', '310', 'start'],
    ] as const
    for (const [align, x, anchor] of anchors) {
      for (const title of ['للحكايات: قصص', '1001 ליל', '«نجيب»: Tales']) {
        const text = setText(title, { ...box, face: 'serif', align })
        assert.match(text, new RegExp(`text-anchor="${anchor}" direction="rtl"><text x="${x}"`))
      }
      for (const title of ['Tales: حكايات', '1001', '']) {
        const text = setText(title, { ...box, face: 'serif', align })
        assert.match(text, new RegExp(`text-anchor="${align}">`))
      }
    }
    const line = { x: 10, y: 50, width: 300, size: 40, face: 'serif', fill: '#000' } as const
    assert.match(setLine('حكايات', line), /x="310" .* text-anchor="start" direction="rtl"/)
    assert.doesNotMatch(setLine('Tales', line), /text-anchor|direction/)
  })

  it('draws books of one genre in several ways', () => {
    const ofTests = testCatalogue().map((book) => ({ ...book, slug: book.title }))
    for (const genre of new Set(ofTests.map((book) => book.genre))) {
      const covers = ofTests.filter((book) => book.genre === genre).map(renderCover)
      assert.ok(new Set(covers.map(skeleton)).size >= 3, genre)
    }
  })

  it('stays well-formed whatever a book is called', () => {
    fc.assert(
      fc.property(hostileText, hostileText, fc.string(), (title, author, slug) => {
        assertWellFormed(renderCover({ title, author, slug, genre: title }))
      }),
    )
  })
})

describe('fit', () => {
  const faces: Face[] = ['serif', 'italic', 'sans']
  const box = { x: 0, y: 0, width: 300, height: 140, fill: '#000', maxSize: 60, minSize: 20 }
  const words = fc.oneof(
    fc.constantFrom(...books.map(({ title }) => title)),
    fc.lorem({ maxCount: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc.constantFrom('W'.repeat(90), '本'.repeat(90), ''),
  )

  const linesOf = (text: string) => fit(text, { ...box, face: 'serif' }).lines

  it('keeps every line within the box', () => {
    fc.assert(
      fc.property(words, fc.constantFrom(...faces), (text, face) => {
        const { size, lines } = fit(text, { ...box, face })
        for (const line of lines) assert.ok(measure(line, face) * size <= box.width + 0.01, line)
        assert.ok(lines.length * size <= box.height)
      }),
    )
  })

  it('shows all words of every title of the shop', () => {
    for (const { title } of books) {
      assert.equal(linesOf(title).join(' '), title)
    }
  })

  it('breaks a word only where it cannot be shown whole', () => {
    assert.ok(linesOf('W'.repeat(90)).length > 1)
    assert.equal(linesOf('W'.repeat(90)).join(''), 'W'.repeat(90))
    assert.equal(linesOf(`Unbreakable ${'W'.repeat(90)}`)[0], 'Unbreakable')
    assert.match(linesOf('W'.repeat(200)).at(-1)!, /^W+…$/)
  })
})

describe('palettes', () => {
  it('have letters that can be read on their ground', () => {
    for (const { ground, ink } of palettes) {
      assert.ok(contrast(ground, ink) >= 4.5, `${ink} on ${ground} is ${contrast(ground, ink)}`)
    }
  })
})

/** WCAG 2.2, contrast ratio */
function contrast(first: string, second: string): number {
  const [lighter = 0, darker = 0] = [luminance(first), luminance(second)].sort((a, b) => b - a)
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(color.slice(start, start + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
