import { isUtf8 } from 'node:buffer'
import { lstatSync, readFileSync } from 'node:fs'

interface DotEnv {
  values: Record<string, string>
  /** What could be understood in two ways, a line a problem. Values are never repeated in it. */
  problems: string[]
}

// A name and a value, which is whole in quotes or has none in it; then perhaps a comment.
const assignment =
  /^\s*(?:export\s+)?([a-z_]\w*)\s*=\s*(?:"([^"]*)"|'([^']*)'|`([^`]*)`|([^"'`#]*))\s*(?:(?<=[\s"'`])#.*)?$/i

/**
 * Reads `NAME=value` lines. It is stricter than `process.loadEnvFile`, which skips what it does not
 * understand: a shop that skips `NODE_ENV` or half of a secret runs, and runs wide open.
 *
 * @param known The names that mean something; one that is another order of their letters is a problem
 */
export function readDotEnv(file: string, known: readonly string[] = []): DotEnv {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const isAbsent = code === 'ENOENT' && !lstatSync(file, { throwIfNoEntry: false })
    return { values: {}, problems: isAbsent ? [] : [`.env cannot be read: ${message}`] }
  }
  if (!isUtf8(bytes) || bytes.includes(0)) {
    return { values: {}, problems: ['.env is not UTF-8 text: save it in that encoding'] }
  }
  return parse(new TextDecoder().decode(bytes), known) // which drops a byte-order mark
}

function parse(text: string, known: readonly string[]): DotEnv {
  const values = new Map<string, string>()
  const problems: string[] = []
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue
    const [, name, ...groups] = assignment.exec(line) ?? []
    const place = `.env, line ${index + 1},`
    const meant =
      name && known.find((other) => other !== name && lettersOf(other) === lettersOf(name))
    if (name === undefined) {
      problems.push(`${place} is not NAME=value; a value with # or quotes in it goes in quotes`)
    } else if (meant) {
      problems.push(`${place} gives ${name}: did you mean ${meant}?`)
    } else if (values.has(name)) {
      problems.push(`${place} gives ${name} a second time: drop one of them`)
    } else {
      values.set(name, groups.find((value) => value !== undefined)!.trim())
    }
  }
  return { values: Object.fromEntries(values), problems }
}

/** The same for node_env, NODEENV and NODE_EVN. */
function lettersOf(name: string): string {
  return [...name.toUpperCase().replaceAll('_', '')].sort().join('')
}
