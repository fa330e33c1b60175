import { randomUUID } from 'node:crypto'
import { redirect } from '@remix-run/response/redirect'
import { createAction, createController } from 'remix/fetch-router'
import * as v from 'valibot'
import { listBooks, listGenres } from '../../db/book-lists.ts'
import { editBook, findBookById, insertBook, restoreBook, retireBook } from '../../db/books.ts'
import type { BookEdit, NewBook } from '../../db/books.ts'
import { requireAdmin } from '../auth/require-admin.ts'
import { readKeptForm } from '../auth/kept-fields.ts'
import { requireLogin } from '../auth/require-login.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { notFound } from '../errors/error-responses.ts'
import { readForm } from '../forms/form.ts'
import { textArea, textLine } from '../forms/text-line.ts'
import { routes } from '../routes.ts'
import { seeOtherWithNotice } from '../forms/see-other.ts'
import { answerCarriedOn, answerCarriedOnAgain } from '../step-up/answer-carried-on.ts'
import { requireRecentLogin } from '../step-up/require-recent-login.ts'
import { bookFormOf, editBookPage, newBookPage, seenField } from './book-form-page.ts'
import type { BookFieldName, BookForm } from './book-form-page.ts'
import { adminBooksPage, adminListHref, readAdminFilter } from './book-table-page.ts'
import { retirePage } from './retire-page.ts'
import { shop } from '../ui/shop.ts'
import { isolated } from '../ui/isolated.ts'

const PAGE_SIZE = 50

const bookForm = v.object({
  title: textLine('a title', 200),
  author: textLine('an author', 200),
  genre: textLine('a genre', 50),
  description: textArea('a description', 2000),
  price: v.pipe(
    v.string(),
    v.trim(),
    v.regex(/^\d{1,5}([.,]\d{2})?$/, 'Enter a price such as 12.50.'),
    v.transform((price) => Math.round(Number(price.replace(',', '.')) * 100)),
  ),
  stock: wholeNumber(shop.copies, 0, 99_999),
  year: wholeNumber('the year', 1, 9999),
  pages: wholeNumber('the pages', 1, 99_999),
  featured: v.pipe(
    v.string(),
    v.transform((value) => value !== ''),
  ),
})

export function createAdminControllers(dependencies: Dependencies) {
  const { db, page, now } = dependencies
  const keep = [...fieldNames, ...fieldNames.map(seenField), 'formKey']
  const middleware = [
    requireLogin(dependencies, { keep }),
    requireAdmin(page),
    requireRecentLogin(dependencies, { unless: reads }),
  ] as const

  return {
    index: createAction(routes.admin.index, {
      middleware,
      async handler(context) {
        const filter = readAdminFilter(context.url.searchParams)
        const { books, total } = await listBooks(db, { ...filter, pageSize: PAGE_SIZE })
        const pageCount = Math.max(1, Math.ceil(total / PAGE_SIZE))
        if (filter.page > pageCount) return redirect(adminListHref(filter, pageCount))
        return page(context, (shell) =>
          adminBooksPage({ shell, books, total, pageCount, ...filter }),
        )
      },
    }),

    new: createController(routes.admin.new, {
      middleware,
      actions: {
        async index(context) {
          const kept = (await readKeptForm(context, dependencies)) ?? {}
          const form = { values: kept, errors: {} }
          const formKey = kept['formKey'] ?? randomUUID()
          const genres = await listGenres(db)
          return page(context, (shell) => newBookPage({ shell, form, formKey, genres }))
        },

        async action(context) {
          const formData = context.get(FormData)
          const { values, errors, output } = readForm(bookForm, formData)
          const sent = formData.get('formKey')
          const formKey = v.is(uuid, sent) ? sent : randomUUID()
          if (!output) {
            const form = { values, errors }
            const genres = await listGenres(db)
            return page(context, (shell) => newBookPage({ shell, form, formKey, genres }), 422)
          }
          const book = await insertBook(db, { ...toBook(output), formKey, now: new Date(now()) })
          return seeOtherWithNotice(
            context,
            routes.admin.index.href(),
            `${isolated(book.title)} was added.`,
          )
        },
      },
    }),

    edit: createController(routes.admin.edit, {
      middleware: [...middleware, answerCarriedOnAgain(dependencies, bookPage)],
      actions: {
        async index(context) {
          const book = await findBookById(db, context.params.id)
          if (!book) return notFound(context, page)
          const kept = await readKeptForm(context, dependencies)
          const form = kept ? { values: kept, errors: {} } : bookFormOf(book)
          const seen = kept ? readSeen((name) => kept[name]) : form.values
          const genres = await listGenres(db)
          return page(context, (shell) => editBookPage({ shell, book, form, seen, genres }))
        },

        async action(context) {
          const book = await findBookById(db, context.params.id)
          if (!book) return notFound(context, page)
          const formData = context.get(FormData)
          const { values, errors, output } = readForm(bookForm, formData)
          const seen = readSeen((name) => formData.get(name))
          if (!output) {
            const form = { values, errors }
            const genres = await listGenres(db)
            return page(context, (shell) => editBookPage({ shell, book, form, seen, genres }), 422)
          }
          const edit = await answerCarriedOn(context, dependencies, bookPage, async (tx) => {
            const edit = await editBook(tx, book.id, parseSeen(seen), toBook(output))
            if (edit?.outcome !== 'saved') return edit
            const notice = `${isolated(output.title)} was saved.`
            return { location: routes.admin.index.href(), notice }
          })
          if (!edit) return notFound(context, page)
          if (edit instanceof Response) return edit
          const stale = staleForm(values, seen, edit)
          const genres = await listGenres(db)
          return page(
            context,
            (shell) => editBookPage({ shell, book: edit.book, ...stale, genres }),
            422,
          )
        },
      },
    }),

    retire: createController(routes.admin.retire, {
      middleware: [
        requireLogin(dependencies, { formPage: bookPage }),
        requireAdmin(page),
        requireRecentLogin(dependencies, { formPage: bookPage, unless: reads }),
        answerCarriedOnAgain(dependencies, bookPage),
      ],
      actions: {
        async index(context) {
          const book = await findBookById(db, context.params.id)
          if (!book) return notFound(context, page)
          return page(context, (shell) => retirePage({ shell, book }))
        },

        async action(context) {
          const book = await findBookById(db, context.params.id)
          if (!book) return notFound(context, page)
          return answerCarriedOn<never>(context, dependencies, bookPage, async (tx) => {
            await retireBook(tx, book.id, new Date(now()))
            // Where it can be undone.
            const location = routes.admin.edit.index.href({ id: book.id })
            return { location, notice: `${isolated(book.title)} was retired.` }
          })
        },

        async restore(context) {
          const book = await findBookById(db, context.params.id)
          if (!book) return notFound(context, page)
          return answerCarriedOn<never>(context, dependencies, bookPage, async (tx) => {
            await restoreBook(tx, book.id)
            const location = routes.admin.edit.index.href({ id: book.id })
            return { location, notice: `${isolated(book.title)} is for sale again.` }
          })
        },
      },
    }),
  }
}

function reads({ method }: AppContext): boolean {
  return method === 'GET'
}

/** Where a book is put back on sale. */
function bookPage({ url }: AppContext): string {
  return url.pathname.replace(/\/restore$/, '')
}

const uuid = v.pipe(v.string(), v.uuid())
const fieldNames = Object.keys(bookForm.entries) as BookFieldName[]

/** What the form showed when it was opened, as it was sent along unseen. */
function readSeen(read: (name: string) => unknown): BookForm['values'] {
  const seen = fieldNames.map((name) => [name, read(seenField(name))] as const)
  return Object.fromEntries(seen.filter(([, value]) => typeof value === 'string'))
}

function parseSeen(seen: BookForm['values']): Partial<NewBook> {
  const { success, output } = v.safeParse(v.partial(bookForm), seen)
  if (!success) return {}
  const { price, ...book } = output
  return { ...book, priceCents: price }
}

/** The input again, with the newer values beside it and where nothing else was put in. */
function staleForm(
  values: BookForm['values'],
  seen: BookForm['values'],
  { book, fields }: Extract<BookEdit, { outcome: 'stale' }>,
) {
  const now = bookFormOf(book).values
  const names = fields.map((field) => (field === 'priceCents' ? 'price' : field))
  const kept = fieldNames.map((name) => [name, (values[name] === seen[name] ? now : values)[name]])
  const form: BookForm = {
    values: Object.fromEntries(kept),
    errors: Object.fromEntries(names.map((name) => [name, changedMeanwhile(name)])),
  }
  const newer = Object.fromEntries(names.map((name) => [name, now[name] ?? '']))
  return { form, seen: now, newer }
}

function changedMeanwhile(name: BookFieldName): string {
  const what = inSentences[name] ?? `the ${name}`
  return `Somebody else has changed ${what}. Save again to replace it with yours.`
}

/** Of fields whose names are no words of the page. */
const inSentences: Partial<Record<BookFieldName, string>> = {
  stock: `the ${shop.copies} in stock`,
  year: 'the year of the first publication',
  featured: `whether the ${shop.item} is shown on the home page`,
}

function toBook({ price, ...book }: v.InferOutput<typeof bookForm>): NewBook {
  return { ...book, priceCents: price }
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
