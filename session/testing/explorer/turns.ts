/** What somebody is about to do, and what it touches: that decides whether its order matters. */
export interface Step {
  name: string
  /** `store`, `flashes`, the jar of a client, `all` or `nothing`. */
  touches: string
  writes: boolean
}

/** One that goes step by step, each time when it is let go: a request, the clock, a purge. */
export class Walker {
  /** The step before which it stands; `null` when it has come to its end. */
  next: Step | null
  /** How many steps it has taken. */
  taken = 0
  go: () => void
  stopped: () => void = () => {}

  constructor(first: Step, go: () => void) {
    this.next = first
    this.go = go
  }
}

/** Lets one walker go at a time, so that nothing happens by chance. */
export class Turns {
  #running: Walker | null = null

  /** Makes a walker that stands before its first step. */
  start(first: Step, walk: () => Promise<void>): Walker {
    const walker = new Walker(first, () => {
      void walk().finally(() => this.#stop(walker, null))
    })
    return walker
  }

  /** Stands before a step until it is let go. Outside a walk nobody waits. */
  wait(step: Step): Promise<void> {
    const walker = this.#running
    if (walker === null) return Promise.resolve()
    return new Promise((resolve) => {
      walker.go = resolve
      this.#stop(walker, step)
    })
  }

  /** Lets a walker take its step, until it stands before the next one or has come to its end. */
  letGo(walker: Walker): Promise<void> {
    return new Promise((resolve) => {
      walker.stopped = resolve
      walker.taken++
      this.#running = walker
      walker.go()
    })
  }

  #stop(walker: Walker, next: Step | null): void {
    walker.next = next
    this.#running = null
    walker.stopped()
  }
}

/** Tells whether two steps of different walkers may change places and nobody could tell. */
export function areIndependent(a: Step, b: Step): boolean {
  if (a.touches === 'all' || b.touches === 'all') return false
  if (a.touches === 'nothing' || b.touches === 'nothing') return true
  // A flash that was read may be noted, or given back, when its request is saved.
  const isFlash = a.touches === 'flashes' || b.touches === 'flashes'
  const isStore = a.touches === 'store' || b.touches === 'store'
  if (isFlash && isStore) return !a.writes || !b.writes
  return a.touches !== b.touches || (!a.writes && !b.writes)
}
