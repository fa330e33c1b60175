import { referenceTo } from '../id.ts'
import { isTime } from '../record.ts'
import type { SessionChanges, SessionRecord, SessionTimes, StoredFlash } from '../record.ts'

// A record in Redis is text that a script can change without understanding any value: a line an
// entry, columns separated by tabs. Keys and values are JSON text, in which neither a tab nor a line
// break occurs; the script moves and compares them as they are.
//
//   session 1                                              the format and its version
//   times <createdAt> <renewedAt> <expiresAt> <maxAge>
//   persistent <boolean>
//   alias <reference to an id>
//   value <key> <json>                                     anything but an object
//   object <key>                                           an object; its properties follow
//   property <name> <json>
//   flash <key> <json> <token or -> -                      the last column is of older versions
//   successor <reference to an id>                         this session got a new id
//
// Changes are text of the same kind: the entries above, each in place of what is there, and
//
//   merge <key>                                            an object that keeps its properties
//   without <name>                                         except this one
//   remove <key>
//   add <key> <number>
//   read <token or -> <key>                                removes this flash, and no later one
//
// What a newer version may add is kept as it is.

const HEADER = 'session 1'
const NONE = '-'
// What a newer version may begin a line with.
const LATER = /^[a-z]+$/

/** Writes a record as text. */
export function encodeRecord(record: SessionRecord): string {
  const lines = [HEADER, ...linesOfTimes(record)]
  for (const alias of record.aliases ?? []) lines.push(line('alias', referenceTo(alias)))
  for (const [key, value] of Object.entries(record.values)) {
    for (const each of linesOfValue(key, JSON.stringify(value))) lines.push(each)
  }
  for (const [key, { value, token }] of Object.entries(record.flashes)) {
    lines.push(lineOfFlash(key, JSON.stringify(value), token))
  }
  if (record.successor !== undefined) lines.push(line('successor', referenceTo(record.successor)))
  return lines.join('\n')
}

/** Writes changes as text, in the order in which `applyChanges` applies them. */
export function encodeChanges(changes: SessionChanges): string {
  const { read, removed, set, merge, add, flash, times, alias } = changes
  const lines: string[] = []
  for (const [key, token] of read ?? []) {
    lines.push(line('read', jsonOrNone(token), JSON.stringify(key)))
  }
  for (const key of removed) lines.push(line('remove', JSON.stringify(key)))
  // One by one: of a large object there are more than a call takes arguments.
  for (const [key, json] of set) for (const each of linesOfValue(key, json)) lines.push(each)
  for (const [key, properties] of merge) {
    lines.push(line('merge', JSON.stringify(key)))
    for (const [name, json] of properties) {
      const column = JSON.stringify(name)
      lines.push(json === null ? line('without', column) : line('property', column, json))
    }
  }
  for (const [key, by] of add ?? []) lines.push(line('add', JSON.stringify(key), by))
  for (const [key, json, token] of flash) lines.push(lineOfFlash(key, json, token))
  if (times) lines.push(...linesOfTimes(times))
  if (alias !== undefined) lines.push(line('alias', referenceTo(alias)))
  return lines.join('\n')
}

/** Reads the text of a record, or answers `null` if it is not one. */
export function decodeRecord(text: string): SessionRecord | null {
  const [header, ...lines] = text.split('\n')
  if (header !== HEADER) return null
  try {
    return decodeLines(lines)
  } catch {
    return null
  }
}

function decodeLines(lines: string[]): SessionRecord | null {
  const values = new Map<string, unknown>()
  const objects = new Map<string, Map<string, unknown>>()
  const flashes = new Map<string, StoredFlash>()
  const aliases: string[] = []
  let properties: Map<string, unknown> | undefined
  let times: SessionTimes | undefined
  let persistent: boolean | undefined
  let successor: string | undefined

  for (const text of lines) {
    const [kind, first, ...rest] = text.split('\t') as [string, string, ...string[]]
    if (kind === 'times') times = decodeTimes([first, ...rest])
    else if (kind === 'persistent') persistent = first === 'true'
    else if (kind === 'alias') aliases.push(first)
    else if (kind === 'successor') successor = first
    else if (kind === 'value') values.set(parse(first), JSON.parse(rest[0]!))
    else if (kind === 'object') {
      properties = new Map()
      objects.set(parse(first), properties)
      values.set(parse(first), null) // its place in the order
    } else if (kind === 'property') properties!.set(parse(first), JSON.parse(rest[0]!))
    else if (kind === 'flash') flashes.set(parse(first), decodeFlash(rest))
    else if (!LATER.test(kind)) return null
  }

  if (times === undefined) return null
  // fromEntries defines properties: a key named __proto__ is a key like any other.
  for (const [key, object] of objects) values.set(key, Object.fromEntries(object))
  return {
    values: Object.fromEntries(values),
    flashes: Object.fromEntries(flashes),
    ...times,
    ...(persistent !== undefined && { persistent }),
    ...(aliases.length > 0 && { aliases }),
    ...(successor !== undefined && { successor }),
  }
}

function parse(key: string): string {
  return JSON.parse(key) as string
}

function decodeTimes(columns: string[]): SessionTimes | undefined {
  const numbers = columns.map((column) => (column === '' ? NaN : Number(column)))
  if (numbers.length !== 4) return undefined
  const [createdAt, renewedAt, expiresAt, maxAge] = numbers as [number, number, number, number]
  if (![createdAt, renewedAt, expiresAt].every(isTime) || Number.isNaN(maxAge)) return undefined
  return { createdAt, renewedAt, expiresAt, maxAge }
}

function decodeFlash([value, token]: string[]): StoredFlash {
  return {
    value: JSON.parse(value!),
    ...(token !== NONE && { token: JSON.parse(token!) as string }),
  }
}

function lineOfFlash(key: string, json: string, token: string | undefined): string {
  return line('flash', JSON.stringify(key), json, jsonOrNone(token), NONE)
}

function linesOfTimes({
  createdAt,
  renewedAt,
  expiresAt,
  maxAge,
  persistent,
}: SessionTimes): string[] {
  const times = line('times', createdAt, renewedAt, expiresAt, maxAge)
  return persistent === undefined ? [times] : [times, line('persistent', persistent)]
}

// Objects go property by property, so that a later change can merge into them.
function linesOfValue(key: string, json: string): string[] {
  if (!json.startsWith('{')) return [line('value', JSON.stringify(key), json)]
  const properties = Object.entries(JSON.parse(json) as object)
  return [
    line('object', JSON.stringify(key)),
    ...properties.map(([name, value]) =>
      line('property', JSON.stringify(name), JSON.stringify(value)),
    ),
  ]
}

function jsonOrNone(value: string | undefined): string {
  return value === undefined ? NONE : JSON.stringify(value)
}

function line(...columns: (string | number | boolean)[]): string {
  return columns.join('\t')
}
