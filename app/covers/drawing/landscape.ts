import { authorBox, HEIGHT, titleBox, WIDTH, type Composition } from './composition.ts'
import { setText } from './lettering.ts'
import type { Random } from './random.ts'
import { circle, path, polar, rect, ring, stroke } from './shapes.ts'

/** Hills behind hills, with a sun between them. */
export const hills: Composition = ({ title, author }, { ground, ink, accents }, random) => {
  const [sun, far, near] = accents
  const sunX = random.between(110, 290)
  const layers = [far, near, sun, ink].map((color, index) =>
    hill(350 + index * 62, random.between(16, 44), random, color),
  )
  return `${circle(sunX, 322, random.between(56, 84), sun)}
    ${ring(sunX, 322, 100, sun, 2)}
    ${birds(random, ink)}
    ${layers.join('')}
    ${setText(title, titleBox('serif', ink, { y: 42, height: 134, maxSize: 60 }))}
    ${setText(author, { ...authorBox(ground, 556), height: 30 })}`
}

function hill(y: number, height: number, random: Random, fill: string): string {
  const shift = random.between(-height, height)
  return path(
    `M0 ${(y + shift / 2).toFixed(0)}C90 ${(y - height).toFixed(0)} 150 ${(y - height + shift).toFixed(0)} 220 ${y.toFixed(0)}S340 ${(y + height).toFixed(0)} ${WIDTH} ${(y - shift).toFixed(0)}V${HEIGHT}H0z`,
    fill,
  )
}

function birds(random: Random, ink: string): string {
  return Array.from({ length: random.whole(2, 4) }, () => {
    const x = random.between(50, 330).toFixed(0)
    const y = random.between(216, 262).toFixed(0)
    return stroke(`M${x} ${y}q7 -8 13 0q6 -8 13 0`, ink, 2)
  }).join('')
}

/** A street at night with one window lit. */
export const windows: Composition = ({ title, author }, { ground, ink, accents }, random) => {
  const [lit, wall, moon] = accents
  const houses: string[] = []
  const litHouse = random.whole(0, 2)
  let x = 0
  for (let index = 0; index < 4; index++) {
    const columns = random.whole(2, 3)
    const width = index === 3 ? WIDTH - x : columns * 34 + 14
    const top = random.between(250, 350)
    const color = index % 2 === 0 ? ink : wall
    houses.push(rect(x, top, width + 1, HEIGHT - top, color))
    houses.push(
      panes(x, top, width, index % 2 === 0 ? ground : ink, index === litHouse ? lit : null, random),
    )
    x += width
  }
  return `${circle(random.between(90, 310), 252, 44, moon)}
    ${houses.join('')}
    ${rect(0, 540, WIDTH, 60, ink)}
    ${setText(title, titleBox('sans', ink, { y: 38, height: 130, maxSize: 56 }))}
    ${setText(author, { ...authorBox(ground, 546, 'sans'), vertical: 'middle' })}`
}

function panes(
  x: number,
  top: number,
  width: number,
  dark: string,
  lit: string | null,
  random: Random,
): string {
  const columns = Math.max(1, Math.floor((width - 8) / 34))
  const gap = (width - columns * 18) / (columns + 1)
  const rows = Math.floor((524 - top) / 40)
  const chosen = random.whole(0, Math.min(rows, 4) * columns - 1)
  return Array.from({ length: rows * columns }, (_, index) => {
    const paneX = x + gap + (index % columns) * (18 + gap)
    const paneY = top + 20 + Math.floor(index / columns) * 40
    return rect(paneX, paneY, 18, 24, lit !== null && index === chosen ? lit : dark)
  }).join('')
}

/** A constellation over mountains. */
export const night: Composition = ({ title, author }, { ground, ink, accents }, random) => {
  const [moon, far, near] = accents
  const stars = Array.from({ length: 26 }, () =>
    circle(random.between(20, 380), random.between(210, 450), random.between(0.8, 2.2), ink),
  )
  const figure = Array.from({ length: 7 }, (_, index): [number, number] => [
    44 + index * 50 + random.between(-14, 14),
    random.between(236, 372),
  ])
  const moonX = random.pick([86, 314])
  return `${stars.join('')}
    ${stroke(`M${figure.map(([x, y]) => `${x.toFixed(0)} ${y.toFixed(0)}`).join('L')}`, ink, 1)}
    ${figure.map(([x, y]) => star(x, y, random.between(6, 11), moon)).join('')}
    ${circle(moonX, 424, 46, moon)}${circle(moonX + 18, 412, 40, ground)}
    ${mountains(470, 70, far, random)}${mountains(515, 60, near, random)}
    ${rect(0, 548, WIDTH, 52, ink)}
    ${setText(title, { ...titleBox('serif', ink, { y: 44, height: 134, maxSize: 60 }), align: 'middle' })}
    ${setText(author, { ...authorBox(ground, 551), align: 'middle', vertical: 'middle' })}`
}

function star(x: number, y: number, radius: number, fill: string): string {
  const points = Array.from({ length: 8 }, (_, index) =>
    polar(x, y, index % 2 === 0 ? radius : radius * 0.36, index * 45).join(' '),
  )
  return path(`M${points.join('L')}z`, fill)
}

function mountains(y: number, height: number, fill: string, random: Random): string {
  let d = `M-20 ${HEIGHT}`
  for (let x = -20; x <= WIDTH + 40; x += 70) {
    const peak = x + random.between(22, 46)
    d += `L${x} ${(y + random.between(0, 20)).toFixed(0)}L${peak.toFixed(0)} ${(y - random.between(height * 0.4, height)).toFixed(0)}`
  }
  return path(`${d}L${WIDTH + 40} ${HEIGHT}z`, fill)
}

/** A boat on a sea of scales. */
export const sea: Composition = ({ title, author }, { ground, ink, accents }, random) => {
  const [sail, deep, foam] = accents
  const boatX = random.between(120, 280)
  const rows = [0, 1, 2, 3].map((row) => {
    const radius = 40
    const y = 440 + row * 34
    return Array.from({ length: 7 }, (_, index) => {
      const x = index * radius * 2 - (row % 2) * radius - radius
      return (
        circle(x + radius, y, radius, row % 2 === 0 ? deep : foam) +
        circle(x + radius, y, radius * 0.62, row % 2 === 0 ? foam : deep) +
        circle(x + radius, y, radius * 0.26, ink)
      )
    }).join('')
  })
  return `${circle(boatX > 200 ? 96 : 304, 276, 38, foam)}
    ${path(`M${boatX - 4} 396V226l-74 150zM${boatX + 6} 396V250q60 50 64 126z`, sail)}
    ${path(`M${boatX - 92} 390h184l-34 44h-116z`, ink)}
    ${rows.join('')}
    ${rect(0, 548, WIDTH, 52, ink)}
    ${setText(title, titleBox('serif', ink, { y: 40, height: 138, maxSize: 62 }))}
    ${setText(author, { ...authorBox(ground, 550), vertical: 'middle' })}`
}
