import { round } from './lettering.ts'

export function circle(x: number, y: number, radius: number, fill: string): string {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="${round(radius)}" fill="${fill}"/>`
}

export function ring(x: number, y: number, radius: number, stroke: string, width: number): string {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="${round(radius)}" fill="none" stroke="${stroke}" stroke-width="${round(width)}"/>`
}

export function rect(x: number, y: number, width: number, height: number, fill: string): string {
  return `<path d="M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}z" fill="${fill}"/>`
}

export function path(d: string, fill: string): string {
  return `<path d="${d}" fill="${fill}"/>`
}

export function stroke(d: string, color: string, width: number): string {
  return `<path d="${d}" fill="none" stroke="${color}" stroke-width="${round(width)}" stroke-linecap="round" stroke-linejoin="round"/>`
}

/** A point at `distance` from another; 0 degrees is to the right, 90 is down. */
export function polar(x: number, y: number, distance: number, degrees: number): [number, number] {
  const radians = (degrees * Math.PI) / 180
  return [round(x + Math.cos(radians) * distance), round(y + Math.sin(radians) * distance)]
}
