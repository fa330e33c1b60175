import { noChanges } from '../record.ts'
import type { SessionChanges, SessionOrigin } from '../record.ts'
import { Session } from '../session.ts'
import { SessionState } from '../state.ts'

/** A session that is stored nowhere yet, with all that another one has. */
export function copyOf(origin: SessionOrigin): Session {
  return new Session(new CopiedState(origin))
}

class CopiedState extends SessionState {
  readonly #changes: SessionChanges

  constructor(origin: SessionOrigin) {
    super(origin)
    this.origin = null
    const { values, flashes, ...times } = origin.record
    this.#changes = {
      ...noChanges(),
      set: Object.entries(values).map(([key, value]) => [key, JSON.stringify(value)]),
      flash: Object.entries(flashes).map(([key, { value }]) => [key, JSON.stringify(value)]),
      times,
    }
  }

  override get changed(): boolean {
    return true
  }

  override changes(): SessionChanges {
    return this.#changes
  }
}
