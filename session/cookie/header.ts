// A browser sends one cookie of a name. More come from somebody who tries to shadow it.
const MOST_VALUES = 8

/**
 * Finds the different values of one name in a `Cookie` header, as they stand there.
 *
 * @param prefix The name and "="
 */
export function findValues(header: string, prefix: string): string[] {
  const values: string[] = []
  for (let start = header.indexOf(prefix); start !== -1;) {
    const next = header.indexOf(prefix, start + 1)
    if (isStartOfPair(header, start)) {
      const end = header.indexOf(';', start)
      const value = trimBlanks(header.slice(start + prefix.length, end === -1 ? undefined : end))
      if (!values.includes(value)) values.push(value)
      if (values.length === MOST_VALUES) break
    }
    start = next
  }
  return values
}

function isStartOfPair(header: string, start: number): boolean {
  let before = start - 1
  while (before >= 0 && isBlank(header.charCodeAt(before))) before--
  return before < 0 || header[before] === ';'
}

// Only SP and HTAB. String.trim would also drop 0xA0, which browsers let into a cookie's name.
function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}
