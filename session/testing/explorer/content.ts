/** What a session holds: values, and flashes by their keys. */
export interface Content {
  values: Map<string, unknown>
  flashes: Map<string, unknown>
}

/** What a request does to one key. */
type Change =
  | { kind: 'set'; value: string; same: boolean }
  | { kind: 'flash'; value: string }
  | { kind: 'merge'; properties: Record<string, string> }
  | { kind: 'unset'; same: boolean }
  | { kind: 'read'; flash: unknown }

export function emptyContent(): Content {
  return { values: new Map(), flashes: new Map() }
}

export function copyOf({ values, flashes }: Content): Content {
  return { values: new Map(values), flashes: new Map(flashes) }
}

/** What a request sees of its session, and what it changes: other requests do not show in it. */
export class View {
  readonly changes = new Map<string, Change>()
  readonly #loaded: Content

  constructor(loaded: Content) {
    this.#loaded = copyOf(loaded)
  }

  /** The flash that a `get` of this key asks for, if it is one that another request may have. */
  storedFlash(key: string): unknown {
    return this.changes.has(key) ? undefined : this.#loaded.flashes.get(key)
  }

  /** What `get` answers, apart from stored flashes. */
  get(key: string): unknown {
    const change = this.changes.get(key)
    if (change === undefined) return this.#loaded.values.get(key)
    if (change.kind === 'set') return change.value
    if (change.kind === 'merge') return this.#merged(key, change.properties)
    if (change.kind !== 'flash') return undefined
    this.unset(key)
    return change.value
  }

  set(key: string, value: string): void {
    this.changes.set(key, { kind: 'set', value, same: this.#loaded.values.get(key) === value })
  }

  flash(key: string, value: string): void {
    this.changes.set(key, { kind: 'flash', value })
  }

  read(key: string): void {
    this.changes.set(key, { kind: 'read', flash: this.#loaded.flashes.get(key) })
  }

  merge(key: string, name: string, value: string): void {
    const change = this.changes.get(key)
    const before = change?.kind === 'merge' ? change.properties : {}
    this.changes.set(key, { kind: 'merge', properties: { ...before, [name]: value } })
  }

  unset(key: string): void {
    const stored = this.#loaded.values.has(key) || this.#loaded.flashes.has(key)
    this.changes.set(key, { kind: 'unset', same: !stored })
  }

  #merged(key: string, properties: Record<string, string>): unknown {
    return { ...asObject(this.#loaded.values.get(key)), ...properties }
  }
}

/** Saving: the changes of one request, key by key, into what is there at this moment. */
export function apply(changes: ReadonlyMap<string, Change>, { values, flashes }: Content): void {
  for (const [key, change] of changes) {
    if (change.kind === 'read') {
      if (flashes.get(key) === change.flash) flashes.delete(key)
      continue
    }
    const before = values.get(key)
    values.delete(key)
    flashes.delete(key)
    if (change.kind === 'set') values.set(key, change.value)
    if (change.kind === 'flash') flashes.set(key, change.value)
    if (change.kind === 'merge') values.set(key, { ...asObject(before), ...change.properties })
  }
}

/** Tells whether a request says something of its own, be it what is there already. */
export function says(changes: ReadonlyMap<string, Change>): boolean {
  return [...changes.values()].some(({ kind }) => ['set', 'flash', 'merge'].includes(kind))
}

/** What is not so already. */
export function news(changes: ReadonlyMap<string, Change>): Map<string, Change> {
  return new Map([...changes].filter(([, change]) => !('same' in change && change.same)))
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}
