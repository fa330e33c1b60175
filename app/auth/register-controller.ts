import { createController } from 'remix/fetch-router'
import * as v from 'valibot'
import { createEmailLink } from '../../db/email-links.ts'
import { findUserByEmail, insertUser } from '../../db/users.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { readForm } from '../forms/form.ts'
import { Client } from '../middleware/client-address.ts'
import { routes } from '../routes.ts'
import { seeOther } from '../forms/see-other.ts'
import { tellTooManyLinks, tellToWait, tooManyRequests } from '../forms/wait-first.ts'
import { NoticeNow } from '../ui/notices.ts'
import { askToConfirm, giveAsked } from './ask-to-confirm.ts'
import { CurrentLogin } from './current-login.ts'
import { createFormTurns, findEarlierAnswer, giveAnswer } from './form-answer.ts'
import { tellWhatFor } from './login-reasons.ts'
import { checkPassword } from './password-strength.ts'
import { emailField, nameField } from './personal-data.ts'
import { mailSentPage } from './mail-sent-page.ts'
import { registerPage } from './register-page.ts'
import type { RegisterForm } from './register-page.ts'
import { safeReturnTo } from './return-to.ts'
import { signIn } from './sign-in.ts'

const registration = v.object({
  name: nameField,
  email: emailField,
  // Taken exactly as typed; its rules are in password-strength.ts.
  password: v.string(),
})

export function createRegisterController(dependencies: Dependencies) {
  const { config, db, mail, page, passwords, throttle, now } = dependencies
  const confirms = config.registration === 'confirm'
  const inTurn = createFormTurns(dependencies)

  function showForm(
    context: AppContext,
    { form, returnTo }: { form: RegisterForm; returnTo: string | null },
    init?: ResponseInit,
  ): Promise<Response> {
    const isKnown = form.errors.email === knownEmail
    const reason = tellWhatFor(returnTo, 'create an account')
    return page(context, (shell) => registerPage({ shell, form, returnTo, reason, isKnown }), init)
  }

  return createController(routes.register, {
    actions: {
      index(context) {
        const returnTo = safeReturnTo(context.url.searchParams.get('returnTo'))
        if (context.get(CurrentLogin)) return seeOther(returnTo ?? routes.home.href())
        if (context.url.searchParams.has('sent')) {
          return page(context, (shell) => mailSentPage({ shell, text: written, returnTo }))
        }
        return showForm(context, { form: { values: {}, errors: {} }, returnTo })
      },

      async action(context) {
        const returnTo = safeReturnTo(context.get(FormData).get('returnTo'))
        const { values, errors, output } = readForm(registration, context.get(FormData))
        const form = { values, errors }
        const weakness = await checkPassword(values.password ?? '', [
          values.email ?? '',
          values.name ?? '',
        ])
        if (weakness !== null) errors.password = weakness
        const { address } = context.get(Client)
        if (!output || weakness !== null) {
          // In the same round as all else that is wrong, but not for who asks about many addresses.
          if (!confirms && !errors.email && (await throttle.allowEmailQuestion(address))) {
            const isKnown = (await findUserByEmail(db, values.email ?? '')) !== undefined
            if (isKnown) errors.email = knownEmail
          }
          return showForm(context, { form, returnTo }, { status: 422 })
        }

        // To the letter that of a moment ago, with its password: it need not be hashed again.
        const earlier = await findEarlierAnswer(context, dependencies)
        if (earlier && confirms) return giveAsked(context, dependencies, earlier, returnTo)
        if (earlier) return giveAnswer(context, dependencies, earlier)

        const wait = await throttle.waitToRegister(address)
        if (wait > 0) {
          context.set(NoticeNow, { kind: 'error', text: tellToWait(wait) })
          return showForm(context, { form, returnTo }, tooManyRequests(wait))
        }
        const passwordHash = await passwords.hash(output.password, 'registration', address)
        const { name, email } = output
        if (confirms) {
          const account = { name, email, passwordHash }
          // One after the other, so that the last mail that may be sent answers all that is sent twice.
          const asked = await inTurn(context, () =>
            askToConfirm(context, dependencies, account, returnTo),
          )
          if (typeof asked === 'object') return asked
          errors.email = tellTooManyLinks(asked)
          return showForm(context, { form, returnTo }, tooManyRequests(asked))
        }
        const signedIn = await signIn(context, dependencies, {
          async findUser(tx) {
            const user = await insertUser(tx, { name, email, passwordHash, now: new Date(now()) })
            if (user === 'email-taken') return user
            const token = await createEmailLink(tx, { userId: user.id, email }, new Date(now()))
            await mail.write(tx, email, { kind: 'confirm-address', token })
            return user
          },
          remember: false,
          returnTo,
          secondFactor: 'not given',
          isNew: true,
        })
        if (signedIn instanceof Response) return signedIn

        await throttle.countTakenEmail(address)
        errors.email = knownEmail
        return showForm(context, { form, returnTo }, { status: 422 })
      },
    },
  })
}

const written =
  'We have sent you an e-mail. Follow the link in it, preferably in this browser, to open your account.'
const knownEmail = 'There is an account with this address already.'
