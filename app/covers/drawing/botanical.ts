import { authorBox, titleBox, WIDTH, type Composition } from './composition.ts'
import { setText } from './lettering.ts'
import type { Random } from './random.ts'
import { circle, path, polar, ring, stroke } from './shapes.ts'

/** Stems with pairs of leaves, growing towards the title. */
export const stems: Composition = ({ title, author }, { ink, accents }, random) => {
  const upwards = random.next() < 0.6
  const count = random.whole(3, 5)
  const plants = Array.from({ length: count }, (_, index) => {
    const x = (WIDTH / (count + 1)) * (index + 1) + random.between(-14, 14)
    const color = accents[index % accents.length] ?? ink
    return plant(x, random.between(210, 330), color, ink, random)
  }).join('')
  const garden = upwards ? plants : `<g transform="rotate(180 200 300)">${plants}</g>`
  return `${garden}
    ${setText(title, { ...titleBox('italic', ink, { y: upwards ? 40 : 400, height: 128, maxSize: 58 }), vertical: upwards ? 'top' : 'bottom' })}
    ${setText(author, { ...authorBox(ink, upwards ? 176 : 540), height: 30 })}`
}

function plant(x: number, height: number, color: string, ink: string, random: Random): string {
  const lean = random.between(-34, 34)
  const tip: [number, number] = [x + lean, 600 - height]
  const pairs = random.whole(4, 7)
  const length = random.between(38, 62)
  const plump = random.between(0.22, 0.48)
  const leaves: string[] = []
  for (let index = 1; index <= pairs; index++) {
    const along = index / (pairs + 0.6)
    const stemX = x + lean * along * along
    const stemY = 600 - height * along
    const size = length * (1.1 - along * 0.55)
    leaves.push(
      leaf(stemX, stemY, size, -32 - random.between(0, 16), plump, color),
      leaf(stemX, stemY, size, -148 + random.between(0, 16), plump, color),
    )
  }
  const head =
    random.next() < 0.5
      ? leaf(tip[0], tip[1] + 8, length * 0.7, -90 + lean / 3, plump, color)
      : blossom(tip[0], tip[1], random.between(13, 20), color, ink)
  const stem = stroke(`M${x} 610Q${x} ${600 - height / 2} ${tip[0]} ${tip[1]}`, ink, 2.5)
  return `${leaves.join('')}${stem}${head}`
}

function leaf(
  x: number,
  y: number,
  length: number,
  degrees: number,
  plump: number,
  fill: string,
): string {
  const [tipX, tipY] = polar(x, y, length, degrees)
  const [leftX, leftY] = polar(x, y, length * 0.62, degrees - plump * 90)
  const [rightX, rightY] = polar(x, y, length * 0.62, degrees + plump * 90)
  return path(
    `M${x.toFixed(1)} ${y.toFixed(1)}Q${leftX} ${leftY} ${tipX} ${tipY}Q${rightX} ${rightY} ${x.toFixed(1)} ${y.toFixed(1)}z`,
    fill,
  )
}

function blossom(x: number, y: number, radius: number, fill: string, heart: string): string {
  const petals = Array.from({ length: 6 }, (_, index) => {
    const [petalX, petalY] = polar(x, y, radius * 0.8, index * 60)
    return circle(petalX, petalY, radius * 0.56, fill)
  })
  return `${petals.join('')}${circle(x, y, radius * 0.44, heart)}`
}

/** Fruit cut in half, too large for the page. */
export const fruit: Composition = ({ title, author }, { ink, accents }, random) => {
  const [first, second, third] = accents
  const turn = random.between(0, 40)
  const left = random.next() < 0.5
  const at = (x: number) => (left ? x : WIDTH - x)
  return `${slice(at(300), 450, random.between(150, 176), [first, second, third], turn, random.whole(8, 11))}
    ${slice(at(86), 330, random.between(56, 70), [third, second, first], turn * 2, 8)}
    ${circle(at(70), 470, 26, first)}${circle(at(112), 500, 18, third)}
    ${path(`M${at(70)} 444q10 -34 44 -38q-8 32 -44 38z`, ink)}
    ${setText(title, titleBox('serif', ink, { y: 40, height: 136, maxSize: 62 }))}
    ${setText(author, { ...authorBox(ink, 186), height: 30 })}`
}

function slice(
  x: number,
  y: number,
  radius: number,
  [peel, pith, flesh]: [string, string, string],
  turn: number,
  count: number,
): string {
  const inner = radius * 0.8
  const half = 180 / count - 4
  const wedges = Array.from({ length: count }, (_, index) => {
    const middle = turn + (360 / count) * index
    const [fromX, fromY] = polar(x, y, inner, middle - half)
    const [toX, toY] = polar(x, y, inner, middle + half)
    const [heartX, heartY] = polar(x, y, inner * 0.16, middle)
    return path(
      `M${heartX} ${heartY}L${fromX} ${fromY}A${inner.toFixed(1)} ${inner.toFixed(1)} 0 0 1 ${toX} ${toY}z`,
      flesh,
    )
  })
  return `${circle(x, y, radius, peel)}${circle(x, y, radius * 0.89, pith)}${wedges.join('')}${ring(x, y, radius - 3, flesh, 1)}`
}
