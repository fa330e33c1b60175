/**
 * How many typing errors turn one word into the other: a letter that is missing, one too many,
 * another one, or two that changed places. More than `most` is answered as `Infinity`.
 */
export function editDistance(from: string, to: string, most: number): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1]
      row[j] = Math.min(row[j - 1]! + 1, previous[j]! + 1, previous[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        row[j] = Math.min(row[j]!, beforePrevious[j - 2]! + 1)
      }
    }
    if (Math.min(...row) > most) return Infinity
    beforePrevious = previous
    previous = row
  }
  const distance = previous[to.length]!
  return distance > most ? Infinity : distance
}
