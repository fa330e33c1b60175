import { authorBox, titleBox, WIDTH, type Composition } from './composition.ts'
import { setText } from './lettering.ts'
import type { Random } from './random.ts'
import { circle, path, polar, rect, ring } from './shapes.ts'

/** Planets on their orbits around a disc that is half in shadow. */
export const orbits: Composition = ({ title, author }, { ground, ink, accents }, random) => {
  const [sun, shade, planet] = accents
  const x = random.pick([60, 200, 340])
  const y = random.pick([380, 420])
  const core = random.between(52, 84)
  const shapes: string[] = []
  for (let index = 0; index < 5; index++) {
    const radius = core + 34 + index * random.between(32, 44)
    shapes.push(ring(x, y, radius, ink, index % 2 === 0 ? 1.5 : 3.5))
    // Upwards and towards the middle, so that no planet hides beyond the edge.
    const degrees = x < 200 ? random.between(-50, 40) : random.between(140, 230)
    const [planetX, planetY] = polar(x, y, radius, degrees)
    shapes.push(circle(planetX, planetY, random.between(8, 22), random.pick([sun, planet, shade])))
  }
  const turn = random.whole(0, 7) * 45
  return `<g>${shapes.join('')}</g>
    ${circle(x, y, core, sun)}
    <g transform="rotate(${turn} ${x} ${y})">${path(`M${x} ${y - core}a${core} ${core} 0 0 1 0 ${core * 2}z`, shade)}</g>
    ${rect(0, 0, WIDTH, 206, ground)}
    ${rect(36, 206, WIDTH - 72, 4, ink)}
    ${setText(title, titleBox('sans', ink, { y: 38, height: 118, maxSize: 60 }))}
    ${setText(author, { ...authorBox(ink, 164, 'sans'), height: 34 })}`
}

/** Tiles of arcs, discs and triangles. */
export const tiles: Composition = ({ title, author }, { ink, accents }, random) => {
  const size = random.pick([100, 134])
  const columns = Math.round(WIDTH / size)
  const top = 200
  const colors = [...accents, ink]
  const shapes: string[] = []
  for (let row = 0; row < columns; row++) {
    for (let column = 0; column < columns; column++) {
      const back = random.pick(colors)
      const front = random.pick(colors.filter((color) => color !== back))
      const x = column * size
      const y = top + row * size
      const turn = random.whole(0, 3) * 90
      shapes.push(
        rect(x, y, size + 1, size + 1, back),
        `<g transform="rotate(${turn} ${x + size / 2} ${y + size / 2}) translate(${x} ${y}) scale(${size / 99})">${random.pick(tileMotifs)(front, back)}</g>`,
      )
    }
  }
  return `${shapes.join('')}
    ${setText(title, titleBox('sans', ink, { y: 34, height: 110, maxSize: 54 }))}
    ${setText(author, { ...authorBox(ink, 152, 'sans'), height: 34 })}`
}

// Each fills a square of 100.
const tileMotifs: Array<(front: string, back: string) => string> = [
  (front) => path('M0 0h100a100 100 0 0 1-100 100z', front),
  (front, back) =>
    path('M0 0h100a100 100 0 0 1-100 100z', front) + path('M0 0h50a50 50 0 0 1-50 50z', back),
  (front) => path('M0 0a50 50 0 0 0 100 0z', front),
  (front) => path('M0 0a50 50 0 0 0 100 0zM0 50a50 50 0 0 0 100 0z', front),
  (front) => circle(50, 50, 34, front),
  (front, back) => circle(50, 50, 44, front) + circle(50, 50, 18, back),
  (front) => path('M0 100 100 0v100z', front),
  (front) => path('M0 50 50 0l50 50-50 50z', front),
  (front) => path('M0 0a100 100 0 0 1 100 100A100 100 0 0 1 0 0z', front),
]

/** An arcade, or one gate within another. */
export const arches: Composition = ({ title, author }, palette, random) => {
  const { ground, ink, accents } = palette
  const shapes =
    random.next() < 0.5 ? gates(accents, ink, random) : arcade(accents, ink, random.whole(2, 3))
  return `${shapes}
    ${setText(title, { ...titleBox('serif', ink, { y: 42, height: 130, maxSize: 58 }), align: 'middle' })}
    ${rect(0, 540, WIDTH, 60, ink)}
    ${setText(author, { ...authorBox(ground, 547), align: 'middle', vertical: 'middle' })}`
}

function gates(accents: readonly [string, string, string], ink: string, random: Random): string {
  const [first, second, third] = accents
  const count = random.whole(3, 5)
  const step = 104 / count
  const gates = Array.from({ length: count }, (_, index) =>
    arch(200, 504, 140 - index * step, 150 - index * 8, index % 2 === 0 ? ink : first),
  )
  const half = 140 - count * step
  const floor = 504 - random.between(30, 90)
  const steps = [0, 1, 2].map((index) =>
    rect(24 + index * 22, 528 - index * 12, 352 - index * 44, 18, ink),
  )
  return `${gates.join('')}${arch(200, 504, half, 150 - count * 8, second)}${circle(200, floor, half * 0.7, third)}${rect(200 - half, floor, half * 2, 504 - floor, first)}${steps.join('')}`
}

function arcade(accents: readonly [string, string, string], ink: string, columns: number): string {
  const [wall, opening, sun] = accents
  const width = 328 / columns
  const rows = [0, 1].map((row) =>
    Array.from({ length: columns }, (_, column) => {
      const x = 36 + width * (column + 0.5)
      const y = 540 - row * 166
      const lit = (row + column) % 2 === 0
      return (
        arch(x, y, width * 0.36, 70, lit ? opening : ink) +
        (lit ? circle(x, y - 62, width * 0.14, sun) : '')
      )
    }).join(''),
  )
  return `${rect(36, 200, 328, 340, wall)}${rect(24, 190, 352, 12, ink)}${rect(24, 368, 352, 8, ink)}${rows.join('')}`
}

/** An opening with a round top, standing on `floor`. */
function arch(x: number, floor: number, half: number, straight: number, fill: string): string {
  const top = floor - straight
  return path(`M${x - half} ${floor}V${top}a${half} ${half} 0 0 1 ${half * 2} 0V${floor}z`, fill)
}
