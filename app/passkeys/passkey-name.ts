import type { Passkey } from '../../db/schema.ts'
import { cleanLine } from '../../db/text.ts'

export const LONGEST_NAME = 60

/** A name on one line, cut to what fits. */
export function readName(typed: FormDataEntryValue | null): string {
  return cut(cleanLine(String(typed ?? '')), LONGEST_NAME)
}

/** The name, with a number behind it where another passkey has it: two of one browser are told apart. */
export function distinctName(name: string, others: Pick<Passkey, 'name'>[]): string {
  const taken = new Set(others.map((other) => other.name))
  let distinct = name
  for (let number = 2; taken.has(distinct); number++) {
    const end = ` ${number}`
    distinct = cut(name, LONGEST_NAME - end.length) + end
  }
  return distinct
}

function cut(text: string, length: number): string {
  return [...text].slice(0, length).join('')
}
