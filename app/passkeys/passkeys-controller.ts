import { createController } from 'remix/fetch-router'
import { Session } from 'remix/session'
import {
  deletePasskey,
  insertPasskey,
  listPasskeys,
  MOST_PASSKEYS,
  passkeyHandleOf,
  renamePasskey,
  takeChallenge,
} from '../../db/passkeys.ts'
import type { Login } from '../../db/schema.ts'
import { answerSignedIn } from '../auth/answer-signed-in.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import { answerRepeated } from '../auth/form-answer.ts'
import { readKeptForm } from '../auth/kept-fields.ts'
import { isRecent } from '../auth/recent-login.ts'
import { requireLogin } from '../auth/require-login.ts'
import { riseAlone } from '../auth/rise-alone.ts'
import { describeUserAgent } from '../auth/user-agent.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { formAgainHref, isFormAgain } from '../forms/form-again.ts'
import { seeOtherWithNotice } from '../forms/see-other.ts'
import { routes } from '../routes.ts'
import { requireRecentLogin } from '../step-up/require-recent-login.ts'
import { NoticeNow } from '../ui/notices.ts'
import type { Notice } from '../ui/notices.ts'
import { creationOptions } from './ceremony-options.ts'
import { giveChallenge, isOpenChallenge } from './challenges.ts'
import { readNewPasskey, relyingParty } from './credential.ts'
import { distinctName, readName } from './passkey-name.ts'
import { passkeysPage } from './passkeys-page.ts'
import { isolated } from '../ui/isolated.ts'

const passkeys = routes.passkeys.show.href()
const formPage = ({ url }: AppContext) =>
  url.pathname === routes.passkeys.add.href() ? formAgainHref(passkeys, 'name') : passkeys
// What else is here holds nothing that was typed, or a credential that is not kept.
const keep = (form: FormData) => (form.has('passkey') ? ['passkey', 'name'] : [])

/** Where somebody adds passkeys, and looks after them. */
export function createPasskeysController(dependencies: Dependencies) {
  const { config, db, mail, page, now } = dependencies
  const party = relyingParty(config)

  const answer = (context: AppContext, change: Parameters<typeof answerSignedIn>[3]) =>
    answerSignedIn(context, dependencies, formPage(context), change)

  const recent = [requireRecentLogin(dependencies, { formPage })] as const

  return createController(routes.passkeys, {
    middleware: [answerRepeated(dependencies), requireLogin(dependencies, { formPage, keep })],
    actions: {
      show: {
        middleware: recent,
        async handler(context) {
          const own = await listPasskeys(db, context.get(CurrentLogin)!.user.id)
          const browser = distinctName(browserOf(context), own)
          if (isFormAgain(context.url)) context.set(NoticeNow, notYet)
          const kept = await readKeptForm(context, dependencies)
          const { origin } = party
          const shown = { passkeys: own, browser, origin, kept }
          return page(context, (shell) => passkeysPage({ shell, ...shown }))
        },
      },

      // For the script of that page, which has nothing to carry on with after a confirmation.
      async options(context) {
        const { user, login } = context.get(CurrentLogin)!
        if (!isRecent(login, now())) return new Response(null, { status: 403 })
        const handle = await passkeyHandleOf(db, user.id)
        const known = await listPasskeys(db, user.id)
        const challenge = giveChallenge(context.get(Session), 'add', now())
        return Response.json(creationOptions({ party, user, handle, challenge, known }))
      },

      add: {
        middleware: recent,
        async handler(context) {
          const form = context.get(FormData)
          const made = readNewPasskey(form.get('credential'), party)
          if (!made || !isOpenChallenge(context.get(Session), 'add', made.challenge, now())) {
            return seeOtherWithNotice(context, passkeys, notMade, 'error')
          }
          const { challenge, ...passkey } = made
          const typed = readName(form.get('name')) || browserOf(context)
          return answer(context, async (tx, { user, login }) => {
            const createdAt = new Date(now())
            const own = await listPasskeys(tx, user.id)
            const name = distinctName(typed, own)
            const added =
              own.length >= MOST_PASSKEYS
                ? 'too many'
                : (await takeChallenge(tx, challenge, createdAt))
                  ? await insertPasskey(tx, { ...passkey, userId: user.id, name, createdAt })
                  : 'known'
            if (added !== 'added') return failed(login, notAdded[added])
            await mail.notify(tx, user, { kind: 'factors-changed', change: 'passkey-added' })
            const notice = `The passkey “${isolated(name)}” was added. All other browsers are logged out.`
            return { ...(await riseAlone(tx, login, now())), location: passkeys, notice }
          })
        },
      },

      rename: {
        middleware: recent,
        handler(context) {
          const typed = readName(context.get(FormData).get('name'))
          const { id } = context.params
          return answer(context, async (tx, { user, login }) => {
            const own = await listPasskeys(tx, user.id)
            const others = own.filter((passkey) => passkey.id !== id)
            const name = distinctName(typed, others)
            const isDone = typed !== '' && (await renamePasskey(tx, user.id, id, name))
            if (!isDone) return failed(login, 'No passkey was renamed.')
            const notice = `The passkey is called “${isolated(name)}”.`
            return { loginId: login.id, location: passkeys, notice }
          })
        },
      },

      remove: {
        middleware: recent,
        // The last one as well: an account always has a password, which nobody can remove.
        handler(context) {
          return answer(context, async (tx, { user, login }) => {
            if (!(await deletePasskey(tx, user.id, context.params.id))) {
              const notice = 'That passkey was removed already.'
              return { loginId: login.id, location: passkeys, notice }
            }
            await mail.notify(tx, user, { kind: 'factors-changed', change: 'passkey-removed' })
            const notice = 'The passkey was removed. All other browsers are logged out.'
            return { ...(await riseAlone(tx, login, now())), location: passkeys, notice }
          })
        },
      },
    },
  })
}

const notYet: Notice = {
  kind: 'error',
  text: 'Your passkey has not been added yet: please add it again.',
}

const notMade =
  'No passkey was added: it took longer than five minutes, or your browser did not ask who you are. Please try again.'

const notAdded = {
  known: 'That passkey was added already.',
  'too many': 'You have as many passkeys as an account can have. Remove one that you do not use.',
}

function failed(login: Login, notice: string) {
  return { loginId: login.id, location: passkeys, notice, kind: 'error' } as const
}

function browserOf({ request }: AppContext): string {
  return describeUserAgent(request.headers.get('User-Agent') ?? '')
}
