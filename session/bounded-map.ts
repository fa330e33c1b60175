/** A map of the newest entries: beyond its limit, the one that was added longest ago is dropped. */
export class BoundedMap<key, value> extends Map<key, value> {
  readonly #limit: number
  // Kept, because a new iterator would have to step over every entry that was deleted since.
  readonly #oldest: MapIterator<key>

  constructor(limit: number) {
    super()
    this.#limit = limit
    this.#oldest = this.keys()
  }

  override set(key: key, value: value): this {
    super.set(key, value)
    if (this.size > this.#limit) this.delete(this.#oldest.next().value!)
    return this
  }
}
