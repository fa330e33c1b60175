import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import { hiddenField } from '../ui/hidden-field.ts'
import { madeForField } from '../ui/made-for-field.ts'
import type { Shell } from '../ui/shell.ts'
import type { Book } from '../../db/schema-books.ts'
import { shop } from '../ui/shop.ts'

/** Asks before a book is retired. */
export function retirePage({
  shell,
  book,
}: {
  shell: Shell
  book: Pick<Book, 'id' | 'title' | 'author'>
}): SafeHtml {
  const { id, title, author } = book
  return document({
    title: `Retire ${title}?`,
    shell,
    main: html`<div class="wrap page page-account">
      <p class="eyebrow"><a href="${routes.admin.index.href()}">Manage ${shop.items}</a></p>
      <h1>Retire <cite dir="auto">${title}</cite>?</h1>
      <p class="lead">
        The ${shop.item} by <bdi>${author}</bdi> will no longer be listed or sold. Orders that hold
        it stay as they are, and you can put it back on sale.
      </p>
      <form method="post" action="${routes.admin.retire.action.href({ id })}">
        ${madeForField(shell.user)} ${hiddenField('formKey', shell.formKey)}
        <p class="receipt-after">
          <button class="button button-danger" type="submit">Retire</button>
          <a class="button button-quiet" href="${routes.admin.edit.index.href({ id })}">Keep it</a>
        </p>
      </form>
    </div>`,
  })
}
