import * as fc from 'fast-check'
import { anyCharacter } from 'remix/session/testing/any-character'

import type { Shell } from './shell.ts'

/** Text as an attacker or an unlucky paste would send it. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc
    .array(fc.constantFrom('<', '>', '"', "'", '&', '`', '=', '/', '\0', '\n', 'x', '\ud800'))
    .map((characters) => characters.join('')),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    '</textarea></title></svg><b>',
    '&lt;b&gt;',
    ']]>',
    '<!--',
    'javascript:alert(1)',
  ),
)

/**
 * The tags with the names of their attributes: all that stays when texts and values are taken away.
 * Where every value is escaped it is the same whatever is shown.
 */
export function skeleton(markup: { toString(): string }): string {
  return String(markup)
    .replaceAll(/<\/?bdi>/g, '') // of what somebody else has marked
    .replaceAll(/"[^"]*"/g, '""')
    .replaceAll(/>[^<]*/g, '>')
    .replaceAll(/\s+/g, ' ')
}

export function testShell(shell: Partial<Shell> = {}): Shell {
  return {
    user: null,
    url: new URL('http://shop.test/'),
    formKey: 'key',
    parts: { account: [], masthead: [], navigation: [], footer: [], mailSent: [] },
    notices: [],
    asset: (path) => path,
    ...shell,
  }
}
