import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { checkbox, errorSummary, field, formTitle, textArea, type FormState } from '../ui/form.ts'
import { hiddenField } from '../ui/hidden-field.ts'
import { keptField } from '../ui/kept-field.ts'
import { madeForField } from '../ui/made-for-field.ts'
import type { Book } from '../../db/schema-books.ts'
import { capitalized } from '../ui/words.ts'
import { shop } from '../ui/shop.ts'
import { isolated } from '../ui/isolated.ts'

/** `price` is typed as people write it, `12.50`; `featured` is `on` or missing. */
export type BookFieldName =
  | 'title'
  | 'author'
  | 'genre'
  | 'description'
  | 'year'
  | 'pages'
  | 'price'
  | 'stock'
  | 'featured'
export type BookForm = FormState<BookFieldName>

/** The hidden field that repeats what the form showed, to tell a change from what is only repeated. */
export function seenField(name: BookFieldName): string {
  return `seen-${name}`
}

export function newBookPage({
  shell,
  form,
  formKey,
  genres,
}: {
  shell: Shell
  form: BookForm
  /** Sent along unseen: the same form sent twice is one book. */
  formKey: string
  /** Offered beside a new one. */
  genres: string[]
}): SafeHtml {
  const fields = bookForm({
    form,
    action: routes.admin.new.action.href(),
    submit: `Add ${shop.item}`,
    shell,
    genres,
    hidden: hiddenField('formKey', formKey),
  })
  return document({
    title: formTitle(`Add ${shop.anItem}`, form),
    shell,
    main: html`<div class="wrap page page-account">
      ${backLink()}
      <h1>Add ${shop.anItem}</h1>
      ${errorSummary(form, fields)} ${fields}
    </div>`,
  })
}

export function editBookPage({
  shell,
  book,
  form,
  seen,
  newer,
  genres,
}: {
  shell: Shell
  book: Pick<Book, 'id' | 'slug' | 'title' | 'retiredAt'>
  form: BookForm
  /** What the form showed when it was opened. */
  seen: BookForm['values']
  /** What was saved since then by somebody else, to be shown beside the input. */
  newer?: BookForm['values']
  genres: string[]
}): SafeHtml {
  const fields = bookForm({
    form,
    action: routes.admin.edit.action.href({ id: book.id }),
    submit: 'Save changes',
    shell,
    genres,
    hidden: [hiddenField('formKey', shell.formKey), ...seenFields(seen)],
    newer,
  })
  return document({
    title: formTitle(`Edit ${book.title}`, form),
    shell,
    main: html`<div class="wrap page page-account">
      ${backLink()}
      <h1>Edit <cite dir="auto">${book.title}</cite></h1>
      ${errorSummary(form, fields)} ${fields}
      ${book.retiredAt === null ? retireSection(book) : restoreSection(book, shell)}
    </div>`,
  })
}

/** The form of a stored book as it is before anybody changed it. */
export function bookFormOf(book: Book): BookForm {
  return {
    values: {
      title: book.title,
      author: book.author,
      genre: book.genre,
      description: book.description,
      year: String(book.year),
      pages: String(book.pages),
      price: (book.priceCents / 100).toFixed(2),
      stock: String(book.stock),
      featured: book.featured ? 'on' : '',
    },
    errors: {},
  }
}

function backLink(): SafeHtml {
  return html`<p class="eyebrow">
    <a href="${routes.admin.index.href()}">Manage ${shop.items}</a>
  </p>`
}

function seenFields(seen: BookForm['values']): SafeHtml[] {
  return Object.entries(seen).map(([name, value]) =>
    hiddenField(seenField(name as BookFieldName), value),
  )
}

function bookForm({
  form,
  action,
  submit,
  shell,
  genres,
  hidden,
  newer = {},
}: {
  form: BookForm
  action: string
  submit: string
  shell: Shell
  genres: string[]
  hidden: SafeHtml | SafeHtml[]
  newer?: BookForm['values'] | undefined
}): SafeHtml {
  function hint(name: BookFieldName) {
    return newer[name] === undefined ? {} : { hint: `It is now: ${isolated(newer[name])}` }
  }
  return html`<form class="form" method="post" action="${action}">
    ${madeForField(shell.user)} ${keptField(shell)} ${hidden}
    ${field(form, 'title', { label: 'Title', maxlength: 200, ...hint('title') })}
    ${field(form, 'author', { label: 'Author', maxlength: 200, ...hint('author') })}
    ${field(form, 'genre', { label: 'Genre', maxlength: 50, list: 'genres', ...hint('genre') })}
    <datalist id="genres">
      ${genres.map((genre) => html`<option value="${genre}"></option>`)}
    </datalist>
    ${textArea(form, 'description', {
      label: 'Description',
      maxlength: 2000,
      ...hint('description'),
    })}
    <div class="field-row">
      ${field(form, 'price', { label: 'Price in euros', inputmode: 'decimal', ...hint('price') })}
      ${field(form, 'stock', { label: `${capitalized(shop.copies)} in stock`, inputmode: 'numeric', ...hint('stock') })}
    </div>
    <div class="field-row">
      ${field(form, 'year', { label: 'First published', inputmode: 'numeric', ...hint('year') })}
      ${field(form, 'pages', { label: 'Pages', inputmode: 'numeric', ...hint('pages') })}
    </div>
    ${checkbox({
      name: 'featured',
      label: 'Show on the home page',
      checked: form.values.featured === 'on',
      ...(newer.featured === undefined ? {} : { hint: form.errors.featured! }),
    })}
    <button class="button" type="submit">${submit}</button>
  </form>`
}

function retireSection({ id, slug, title }: Pick<Book, 'id' | 'slug' | 'title'>): SafeHtml {
  return html`<section class="panel">
    <h2>In the shop</h2>
    <p><a href="${routes.books.show.href({ slug })}">See its page</a></p>
    <p>
      <a class="button button-danger" href="${routes.admin.retire.index.href({ id })}"
        >Retire…<span class="visually-hidden"> ${title}</span></a
      >
    </p>
  </section>`
}

function restoreSection({ id, title }: Pick<Book, 'id' | 'title'>, shell: Shell): SafeHtml {
  return html`<section class="panel">
    <h2>Retired</h2>
    <p>This ${shop.item} is not listed or sold. The orders that hold it stay as they are.</p>
    <form method="post" action="${routes.admin.retire.restore.href({ id })}">
      ${madeForField(shell.user)} ${hiddenField('formKey', shell.formKey)}
      <button class="button" type="submit">
        Put back on sale<span class="visually-hidden">: ${title}</span>
      </button>
    </form>
  </section>`
}
