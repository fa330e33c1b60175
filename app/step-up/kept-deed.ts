import { createMultiMatcher } from '@remix-run/route-pattern/match'
import type { Route } from 'remix/fetch-router/routes'
import type { KeptForm } from '../../db/kept-forms.ts'
import { routes } from '../routes.ts'
import { shop } from '../ui/shop.ts'

type Deed = string | ((fields: KeptForm['fields']) => string)

const deeds = createMultiMatcher<Deed>()
for (const [route, deed] of [
  [routes.account.removeOtherLogins, 'log out all other browsers'],
  [routes.account.removeLogin, 'log out another browser'],
  [routes.address.change.action, ({ email = '' }) => `use the address ${email} for your account`],
  [routes.secondFactor.replaceRecoveryCodes, 'replace your recovery codes'],
  [routes.secondFactor.remove, 'remove your second factor'],
  [routes.secondFactor.forgetDevice, 'have a browser asked for a code again'],
  [routes.passkeys.rename, 'rename one of your passkeys'],
  [routes.passkeys.remove, 'remove one of your passkeys'],
  [routes.admin.new.action, `add ${shop.anItem}`],
  [routes.admin.edit.action, `change ${shop.anItem}`],
  [routes.admin.retire.action, `retire ${shop.anItem}`],
  [routes.admin.retire.restore, `put ${shop.anItem} back on sale`],
  [routes.customers.endLogins, 'log a customer out'],
] satisfies [Route, Deed][]) {
  deeds.add(route.pattern, deed)
}

/**
 * What a form does that waits for a password. It is told before: the form may be that of somebody else
 * with a copy of the cookie, who has only sent a link to where the password is asked for. So one of
 * which nothing can be told is not carried on with.
 */
export function describeKeptForm({ path, fields }: KeptForm): string | undefined {
  const deed = deeds.match(new URL(path, 'http://shop.invalid'))?.data
  return typeof deed === 'function' ? deed(fields) : deed
}
