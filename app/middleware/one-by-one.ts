import type { Middleware } from 'remix/fetch-router'

/**
 * Makes one middleware of a list, which runs as the router would run it. The router watches at each of its
 * own whether the client leaves, with a listener and three promises: more than most of the shop's cost.
 * So it does behind these; between two of them it is looked at here.
 *
 * @returns It alone, with the types of all of them
 */
export function oneByOne<const List extends readonly Middleware<any>[]>(middleware: List): List {
  const all: Middleware = (context, next) => {
    const { signal } = context.request
    let furthest = -1
    // Not `async`, which would wrap the promise of each step in another one.
    function run(index: number): Promise<Response> {
      try {
        if (index <= furthest) throw new Error('next() called multiple times')
        furthest = index
        signal.throwIfAborted()
        const step = middleware[index]
        const answer = step ? step(context, () => run(index + 1)) : next()
        return answer instanceof Promise ? answer : Promise.resolve(answer)
      } catch (error) {
        return Promise.reject(error)
      }
    }
    return run(0)
  }
  return [all] as readonly Middleware[] as List
}
