/**
 * A map of the newest entries: beyond its limit, those that were added longest ago are dropped, a
 * hundredth of them at a time.
 */
export class BoundedMap<key, value> extends Map<key, value> {
  readonly #limit: number

  constructor(limit: number) {
    super()
    this.#limit = limit
  }

  override set(key: key, value: value): this {
    super.set(key, value)
    if (this.size > this.#limit) this.#dropOldest()
    return this
  }

  // Several, since an iterator has to step over every entry that was deleted before. To keep one
  // instead is a leak: while it rests, V8 keeps each table that the map has outgrown, entries and all.
  #dropOldest(): void {
    let rest = Math.ceil(this.#limit / 100)
    for (const key of this.keys()) {
      this.delete(key)
      if (--rest === 0) return
    }
  }
}
