import * as v from 'valibot'
import { normalizeEmail } from '../../db/users.ts'
import { cleanLine } from '../../db/text.ts'

// What browsers check in <input type="email"> (WHATWG HTML, "valid e-mail address").
const validEmail =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/

// Mail programs and chats make links of these by themselves. Around a dot two letters are enough: with all
// that there are, a text of letters alone would be read from each of them to its end. Before a path one is.
const link = /:\/\/|\bwww\.|@|[\p{L}\p{N}-]{2}\.\p{L}{2}|[\p{L}\p{N}]\.\p{L}{2,3}\/(?!\p{L}\.)/iu

// Browsers read other dots as one (UTS 46). Between Chinese or Japanese words they are none of a link.
const otherDots = /(?<=[\p{Script=Latin}\p{N}-])[\u3002\uff0e\uff61](?=\p{Script=Latin})/gu

/** An e-mail address as it is stored. */
export const emailField = v.pipe(
  v.string(),
  v.transform(normalizeEmail),
  v.nonEmpty('Enter your e-mail address.'),
  v.maxLength(254, 'An e-mail address has at most 254 characters.'),
  v.regex(validEmail, 'That does not look like an e-mail address.'),
)

/** The name of a person: one line, which cannot pass for more than a name where it is shown. */
export const nameField = v.pipe(
  v.string(),
  v.transform(cleanLine),
  v.nonEmpty('Enter your name.'),
  v.maxLength(100, 'A name has at most 100 characters.'),
  v.check(
    (name) => !link.test(name.replaceAll(otherDots, '.')),
    'Enter a name without a link or an address in it.',
  ),
)
