import { createAction, createController } from 'remix/fetch-router'
import * as v from 'valibot'
import { findBooksByIds, insertBook, listAllBooks, retireBook, updateBook } from '../../db/books.ts'
import type { NewBook } from '../../db/books.ts'
import type { Book } from '../../db/schema.ts'
import { requireLogin } from '../auth/current-login.ts'
import type { Dependencies } from '../dependencies.ts'
import { notFound } from '../errors/error-responses.ts'
import { readForm } from '../form.ts'
import { routes } from '../routes.ts'
import { seeOtherWithNotice } from '../see-other.ts'
import { bookFormOf, editBookPage, newBookPage } from './book-form-page.ts'
import { adminBooksPage } from './book-table-page.ts'
import { requireAdmin } from './require-admin.ts'

const bookForm = v.object({
  title: text('a title', 200),
  author: text('an author', 200),
  genre: text('a genre', 50),
  description: text('a description', 2000),
  price: v.pipe(
    v.string(),
    v.trim(),
    v.regex(/^\d{1,5}([.,]\d{2})?$/, 'Enter a price such as 12.50.'),
    v.transform((price) => Math.round(Number(price.replace(',', '.')) * 100)),
  ),
  stock: wholeNumber('copies', 0, 99_999),
  year: wholeNumber('the year', 1, 9999),
  pages: wholeNumber('the pages', 1, 99_999),
  featured: v.pipe(
    v.string(),
    v.transform((value) => value !== ''),
  ),
})

export function createAdminControllers({ db, page, now }: Dependencies) {
  const middleware = [requireLogin(), requireAdmin(page)] as const

  function findBook(id: string): Book | undefined {
    return /^\d{1,15}$/.test(id) ? findBooksByIds(db, [Number(id)])[0] : undefined
  }

  return {
    index: createAction(routes.admin.index, {
      middleware,
      handler(context) {
        const books = listAllBooks(db)
        return page(context, (shell) => adminBooksPage({ shell, books }))
      },
    }),

    new: createController(routes.admin.new, {
      middleware,
      actions: {
        index(context) {
          const form = { values: {}, errors: {} }
          return page(context, (shell) => newBookPage({ shell, form }))
        },

        action(context) {
          const { values, errors, output } = readForm(bookForm, context.get(FormData))
          if (!output) {
            const form = { values, errors }
            return page(context, (shell) => newBookPage({ shell, form }), 422)
          }
          const book = insertBook(db, { ...toBook(output), now: new Date(now()) })
          return seeOtherWithNotice(context, routes.admin.index.href(), `${book.title} was added.`)
        },
      },
    }),

    edit: createController(routes.admin.edit, {
      middleware,
      actions: {
        index(context) {
          const book = findBook(context.params.id)
          if (!book) return notFound(context, page)
          return page(context, (shell) => editBookPage({ shell, book, form: bookFormOf(book) }))
        },

        action(context) {
          const book = findBook(context.params.id)
          if (!book) return notFound(context, page)
          const { values, errors, output } = readForm(bookForm, context.get(FormData))
          if (!output) {
            const form = { values, errors }
            return page(context, (shell) => editBookPage({ shell, book, form }), 422)
          }
          updateBook(db, book.id, toBook(output))
          return seeOtherWithNotice(
            context,
            routes.admin.index.href(),
            `${output.title} was saved.`,
          )
        },
      },
    }),

    retire: createAction(routes.admin.retire, {
      middleware,
      handler(context) {
        const book = findBook(context.params.id)
        if (!book) return notFound(context, page)
        retireBook(db, book.id, new Date(now()))
        return seeOtherWithNotice(context, routes.admin.index.href(), `${book.title} was retired.`)
      },
    }),
  }
}

function toBook({ price, ...book }: v.InferOutput<typeof bookForm>): NewBook {
  return { ...book, priceCents: price }
}

function text(what: string, longest: number) {
  return v.pipe(
    v.string(),
    v.trim(),
    v.nonEmpty(`Enter ${what}.`),
    v.maxLength(longest, `At most ${longest} characters.`),
  )
}

function wholeNumber(what: string, min: number, max: number) {
  const message = `Enter ${what} as a whole number from ${min} to ${max}.`
  return v.pipe(
    v.string(),
    v.trim(),
    v.regex(/^\d{1,5}$/, message),
    v.transform(Number),
    v.minValue(min, message),
    v.maxValue(max, message),
  )
}
