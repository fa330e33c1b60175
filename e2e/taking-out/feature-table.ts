import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the table in `app/README.md` says of a feature. */
export interface Feature {
  name: string
  /** The features that cannot do without it. */
  dependents: string[]
  places: Place[]
}

/** Patterns of files or folders, and the words whose lines go; without words they go whole. */
export interface Place {
  patterns: string[]
  words: string[]
}

const heading = '| to take out '

/** The features that can be taken out. */
export function readFeatures(root: string): Feature[] {
  const lines = readFileSync(join(root, 'app/README.md'), 'utf8').split('\n')
  const start = lines.findIndex((line) => line.startsWith(heading))
  if (start === -1) throw new Error(`app/README.md has no table that begins with ${heading}`)
  const rows = lines.slice(start + 2)
  const features: Feature[] = []
  for (const row of rows.slice(
    0,
    rows.findIndex((line) => !line.startsWith('|')),
  )) {
    const [title = '', from = '', what = ''] = row.split('|').slice(1)
    const [name = '', dependents = ''] = title.trim().split(', and before it ')
    if (name !== '') features.push({ name, dependents: listIn(dependents), places: [] })
    features.at(-1)!.places.push({ patterns: codesIn(from), words: codesIn(what) })
  }
  return features
}

/** A feature and all that cannot do without it, those first. */
export function withDependents(features: readonly Feature[], name: string): Feature[] {
  const feature = features.find((one) => one.name === name)
  if (!feature) throw new Error(`The table has no ${name}`)
  const before = feature.dependents.flatMap((dependent) => withDependents(features, dependent))
  return [...new Set([...before, feature])]
}

function listIn(text: string): string[] {
  return text.split(/, | and /).filter((name) => name !== '')
}

function codesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!)
}
