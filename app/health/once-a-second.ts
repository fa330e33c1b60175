/**
 * Gives everybody who asks within a second one answer, so that asking often costs nothing. While a
 * check is under way no other one begins.
 */
export function onceASecond(check: () => Promise<void>, now = Date.now): () => Promise<void> {
  return onceWithin(1000, check, now)
}

/** The same within other milliseconds. */
export function onceWithin(
  ms: number,
  check: () => Promise<void>,
  now: () => number,
): () => Promise<void> {
  let answer: Promise<void> | undefined
  let underWay = false
  let askedAt = 0

  return () => {
    // The difference may be negative: clocks are set back.
    if (answer && (underWay || Math.abs(now() - askedAt) < ms)) return answer
    askedAt = now()
    underWay = true
    answer = check().finally(() => (underWay = false))
    return answer
  }
}
