import { createController } from 'remix/fetch-router'
import * as v from 'valibot'
import { insertUser } from '../../db/users.ts'
import type { Dependencies } from '../dependencies.ts'
import { readForm } from '../form.ts'
import { routes } from '../routes.ts'
import { seeOther, seeOtherWithNotice } from '../see-other.ts'
import { CurrentLogin } from './current-login.ts'
import { checkPassword } from './passwords.ts'
import { emailField, nameField } from './personal-data.ts'
import { registerPage } from './register-page.ts'
import { safeReturnTo } from './return-to.ts'
import { signIn } from './sign-in.ts'

const registration = v.object({
  name: nameField,
  email: emailField,
  // Taken exactly as typed; its rules are in passwords.ts.
  password: v.string(),
})

export function createRegisterController(dependencies: Dependencies) {
  const { db, page, passwords, now } = dependencies
  return createController(routes.register, {
    actions: {
      index(context) {
        const returnTo = safeReturnTo(context.url.searchParams.get('returnTo'))
        if (context.get(CurrentLogin)) return seeOther(returnTo ?? routes.home.href())
        const form = { values: {}, errors: {} }
        return page(context, (shell) => registerPage({ shell, form, returnTo }))
      },

      async action(context) {
        const returnTo = safeReturnTo(context.get(FormData).get('returnTo'))
        const { values, errors, output } = readForm(registration, context.get(FormData))
        const weakness = checkPassword(values.password ?? '', [
          values.email ?? '',
          values.name ?? '',
        ])
        if (weakness !== null) errors.password = weakness

        const user =
          output === undefined || weakness !== null
            ? undefined
            : insertUser(db, {
                name: output.name,
                email: output.email,
                passwordHash: await passwords.hash(output.password),
                now: new Date(now()),
              })
        if (user === 'email-taken') errors.email = 'There is an account with this address already.'
        if (user === undefined || user === 'email-taken') {
          const form = { values, errors }
          return page(context, (shell) => registerPage({ shell, form, returnTo }), 422)
        }

        signIn(context, dependencies, { userId: user.id, remember: false })
        const text = `Welcome, ${user.name}. Your account is ready.`
        return seeOtherWithNotice(context, returnTo ?? routes.home.href(), text)
      },
    },
  })
}
