import { shop } from '../ui/shop.ts'

const advice = 'Three or four words that have nothing to do with each other make a good one.'

/**
 * What is wrong with a new password, as a sentence for the form, or null. Length counts code points,
 * so that an emoji is one character, and nothing is trimmed or normalised.
 *
 * @param personal What others know of this customer, such as the e-mail address and the name
 */
export async function checkPassword(
  password: string,
  personal: readonly (string | undefined)[] = [],
): Promise<string | null> {
  const length = [...password].length
  if (length < 8) return 'Use at least 8 characters.'
  if (length > 256) return 'Use at most 256 characters.'

  const lower = password.toLowerCase()
  if (isKnown(lower, personal.flatMap(namesIn))) {
    return `Your name, your e-mail address and the name of the shop are easy to guess, also with a few digits. ${advice}`
  }
  const repeated = repeatedPart(lower)
  if (repeated !== undefined && [...repeated].length < 4) {
    return `The same few characters over and over are easy to guess. ${advice}`
  }
  if (rows.some((row) => row.includes(lower))) {
    return `Neighbours on the keyboard or in the alphabet are easy to guess. ${advice}`
  }
  const common = await commonPasswords()
  if (common.has(lower) || (repeated !== undefined && common.has(repeated))) {
    return `This is one of the first passwords that attackers try. ${advice}`
  }
  // "P@ssw0rd2024!" is "password" to everybody who guesses passwords for a living.
  if (common.has(stemOf(lower) ?? lower)) {
    return `This is one of the first passwords that attackers try, with a few digits or signs more, which they try as well. ${advice}`
  }
  return null
}

let common: Promise<ReadonlySet<string>> | undefined

// Loaded when the first password is chosen: most processes never need it while they start.
function commonPasswords(): Promise<ReadonlySet<string>> {
  common ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common']),
  )
  return common
}

const rows = [
  '01234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
].flatMap((row) => [row, [...row].toReversed().join('')])

/** The part of which a text is made by repeating it. */
function repeatedPart(text: string): string | undefined {
  return /^(.+?)\1+$/su.exec(text)?.[1]
}

const lookalikes: Record<string, string> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
}

/** The word in a password without the few digits and signs around it, and with letters for lookalikes. */
function stemOf(lower: string): string | undefined {
  const word = /^[^a-z]{0,4}([a-z].*?)[^a-z]{0,8}$/s.exec(lower)?.[1]
  const stem = word?.replaceAll(/[@431!0$57]/g, (sign) => lookalikes[sign]!)
  return stem !== undefined && stem.length >= 5 ? stem : undefined
}

const ours = [...namesIn(shop.name), ...shop.kinds]

function isKnown(lower: string, personal: string[]): boolean {
  const known = new Set([...ours, ...personal])
  return known.has(lower) || known.has(stemOf(lower) ?? '')
}

function namesIn(text = ''): string[] {
  const name = text.trim().toLowerCase()
  return [name, name.split('@', 1)[0]!, name.replaceAll(/\s/g, '')]
}
