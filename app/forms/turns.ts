type TakeTurn = <result>(name: string, work: () => Promise<result>) => Promise<result>

/**
 * Has work under one name wait for the one before, in this process. For what is asked of a limit and only
 * then done: of a form sent twice at once the second sending would be refused for want of what the first took.
 */
export function createTurns(): TakeTurn {
  const last = new Map<string, Promise<unknown>>()
  return async (name, work) => {
    const before = last.get(name)
    const turn = before ? before.then(work, work) : work()
    last.set(name, turn)
    try {
      return await turn
    } finally {
      if (last.get(name) === turn) last.delete(name)
    }
  }
}
