import { createAction } from 'remix/fetch-router'
import type { Outbox } from './mailer.ts'
import type { RenderPage } from '../ui/page.ts'
import { routes } from '../routes.ts'
import { outboxPage } from './outbox-page.ts'

export function createOutboxAction(outbox: Outbox, page: RenderPage) {
  return createAction(routes.outbox, (context) =>
    page(context, (shell) => outboxPage({ shell, messages: outbox.messages })),
  )
}
