// Code as its indentation shows it, which the formatter keeps true.

/** From a line to the one behind the last. */
export interface Block {
  start: number
  end: number
}

/**
 * What stands and falls with a line: the comment right above it, what is indented below it, and the
 * line that closes its bracket. A closing line is one with what it closes.
 */
export function blockAt(lines: readonly string[], line: number): Block {
  const indent = indentOf(lines[line]!)
  let start = line
  if (isClosing(lines[line]!)) {
    do start--
    while (start > 0 && (indentOf(lines[start]!) !== indent || isClosing(lines[start]!)))
  }
  let end = start + 1
  for (let next = end; next < lines.length; next++) {
    if (lines[next] === '') continue
    const isDeeper = indentOf(lines[next]!) > indent
    if (!isDeeper && (indentOf(lines[next]!) !== indent || !isClosing(lines[next]!))) break
    end = next + 1
    // It may open the next one, as after the parameters of a function.
    if (!isDeeper && !/[{([]$/.test(lines[next]!)) break
  }
  while (start > 0 && isCommentAt(lines[start - 1]!, indent)) start--
  return { start, end }
}

/** The case of a test that a line is in, or else what stands at the top of the file. */
export function caseAt(lines: readonly string[], line: number): Block {
  let indent = 0
  for (;;) {
    let start = line
    while (start > 0 && (lines[start] === '' || indentOf(lines[start]!) > indent)) start--
    const block = blockAt(lines, start)
    const isInside = line > start && line < block.end - 1
    if (!isInside || !isSuite(lines[start]!)) return block
    indent += 2
  }
}

/** Without these blocks, and without two empty lines in a row. */
export function withoutBlocks(lines: readonly string[], blocks: readonly Block[]): string[] {
  return lines
    .filter((_line, number) => !blocks.some(({ start, end }) => number >= start && number < end))
    .filter((line, number, kept) => line !== '' || kept[number - 1] !== '')
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}

function isClosing(line: string): boolean {
  return /^\s*([})\]]|<\/)/.test(line)
}

/** Whether the line is one of a comment, which goes with what stands below. */
export function isComment(line: string): boolean {
  return /^\s*(\/[/*]|\*)/.test(line)
}

function isCommentAt(line: string, indent: number): boolean {
  // The middle of a block comment is one column further in.
  return isComment(line) && indentOf(line) - indent === (line.trimStart().startsWith('*') ? 1 : 0)
}

function isSuite(line: string): boolean {
  return /^\s*(describe|on[A-Z]\w*|for)\b/.test(line)
}
