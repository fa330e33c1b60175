import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document, type Shell } from '../ui/document.ts'
import { checkbox, errorSummary, field, formTitle, textArea, type FormState } from '../ui/form.ts'
import type { Book } from '../../db/schema.ts'

/** `price` is typed as people write it, `12.50`; `featured` is `on` or missing. */
export type BookForm = FormState<
  'title' | 'author' | 'genre' | 'description' | 'year' | 'pages' | 'price' | 'stock' | 'featured'
>

export function newBookPage({ shell, form }: { shell: Shell; form: BookForm }): SafeHtml {
  return document({
    title: formTitle('Add a book', form),
    shell,
    main: html`<div class="wrap page page-account">
      ${backLink()}
      <h1>Add a book</h1>
      ${errorSummary(form)}
      ${bookForm(form, routes.admin.new.action.href(), 'Add book', shell.genres)}
    </div>`,
  })
}

export function editBookPage({
  shell,
  book,
  form,
}: {
  shell: Shell
  book: Pick<Book, 'id' | 'slug' | 'title' | 'retiredAt'>
  form: BookForm
}): SafeHtml {
  return document({
    title: formTitle(`Edit ${book.title}`, form),
    shell,
    main: html`<div class="wrap page page-account">
      ${backLink()}
      <h1>Edit <cite>${book.title}</cite></h1>
      ${errorSummary(form)}
      ${bookForm(
        form,
        routes.admin.edit.action.href({ id: book.id }),
        'Save changes',
        shell.genres,
      )}
      ${book.retiredAt === null ? retireSection(book) : retiredNote()}
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
      ...(book.featured ? { featured: 'on' } : {}),
    },
    errors: {},
  }
}

function backLink(): SafeHtml {
  return html`<p class="eyebrow"><a href="${routes.admin.index.href()}">Manage books</a></p>`
}

function bookForm(form: BookForm, action: string, submit: string, genres: string[]): SafeHtml {
  return html`<form class="form" method="post" action="${action}">
    ${field(form, 'title', { label: 'Title', maxlength: 200 })}
    ${field(form, 'author', { label: 'Author', maxlength: 200 })}
    ${field(form, 'genre', { label: 'Genre', maxlength: 50, list: 'genres' })}
    <datalist id="genres">
      ${genres.map((genre) => html`<option value="${genre}"></option>`)}
    </datalist>
    ${textArea(form, 'description', { label: 'Description', maxlength: 2000 })}
    <div class="field-row">
      ${field(form, 'price', { label: 'Price in euros', inputmode: 'decimal' })}
      ${field(form, 'stock', { label: 'Copies in stock', inputmode: 'numeric' })}
    </div>
    <div class="field-row">
      ${field(form, 'year', { label: 'First published', inputmode: 'numeric' })}
      ${field(form, 'pages', { label: 'Pages', inputmode: 'numeric' })}
    </div>
    ${checkbox({
      name: 'featured',
      label: 'Show on the home page',
      checked: form.values.featured === 'on',
    })}
    <button class="button" type="submit">${submit}</button>
  </form>`
}

function retireSection({ id, title }: Pick<Book, 'id' | 'title'>): SafeHtml {
  return html`<section class="panel">
    <h2>Retire this book</h2>
    <p>It is no longer listed or sold. The orders that hold it stay as they are.</p>
    <form method="post" action="${routes.admin.retire.href({ id })}">
      <button class="button button-danger" type="submit">
        Retire<span class="visually-hidden"> ${title}</span>
      </button>
    </form>
  </section>`
}

function retiredNote(): SafeHtml {
  return html`<p class="hint">This book is retired: it is not listed or sold.</p>`
}
