import type { Palette } from './palettes.ts'
import type { Random } from './random.ts'
import type { Face, TextBox } from './lettering.ts'

export const WIDTH = 400
export const HEIGHT = 600

export type Words = { title: string; author: string }

/** Draws one kind of cover: the shapes, then the words at the places it keeps free for them. */
export type Composition = (words: Words, palette: Palette, random: Random) => string

const MARGIN = 36

/** A place for the title that is as wide as the cover. */
export function titleBox(
  face: Face,
  fill: string,
  { y, height, maxSize = 64 }: { y: number; height: number; maxSize?: number },
): TextBox {
  return {
    x: MARGIN,
    y,
    width: WIDTH - 2 * MARGIN,
    height,
    face,
    fill,
    maxSize,
    minSize: 20,
  }
}

/** A place for the author: one line, two for long names. */
export function authorBox(fill: string, y: number, face: Face = 'serif'): TextBox {
  return {
    x: MARGIN,
    y,
    width: WIDTH - 2 * MARGIN,
    height: 48,
    face,
    fill,
    maxSize: face === 'sans' ? 21 : 25,
    minSize: 14,
  }
}
