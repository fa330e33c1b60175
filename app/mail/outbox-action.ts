import { createAction } from 'remix/fetch-router'
import type { Database } from '../../db/database.ts'
import { routes } from '../routes.ts'
import type { RenderPage } from '../ui/page.ts'
import { readKeptMails } from './mail.ts'
import { outboxPage } from './outbox-page.ts'
import type { Seal } from './seal.ts'

const MOST = 50

export function createOutboxAction(db: Database, seal: Seal, page: RenderPage) {
  return createAction(routes.development.outbox, async (context) => {
    const mails = await readKeptMails(db, seal, MOST)
    return page(context, (shell) => outboxPage({ shell, mails }))
  })
}
