import { html, type SafeHtml } from '@remix-run/html-template'

import { alertIcon } from './icons.ts'
import { plural } from './words.ts'
import { withIsolated } from './isolated.ts'

/** What a form shows again after it was wrong: the input as it was typed, a message a field. */
export type FormState<Name extends string> = {
  values: Partial<Record<Name, string>>
  errors: Partial<Record<Name, string>>
}

type FieldOptions = {
  label: string
  hint?: string
  type?: 'text' | 'email' | 'password'
  autocomplete?: string
  inputmode?: 'numeric' | 'decimal'
  /** Optional fields say so beside their label; all others are required. */
  optional?: boolean
  minlength?: number
  maxlength?: number
  /** The `id` of a datalist with suggestions. */
  list?: string
  /** For a page of which it is all: it has the focus when that opens. */
  autofocus?: boolean
}

/** The `id` of a field's input, which the error summary links to. */
export function fieldId(name: string): string {
  return `field-${name}`
}

/** An input with its label, hint and error. A password is never shown again. */
export function field<Name extends string>(
  form: FormState<Name>,
  name: Name,
  options: FieldOptions,
): SafeHtml {
  const { type = 'text' } = options
  return frame(
    form,
    name,
    options,
    html`<input
      ${controlAttributes(form, name, options)}
      type="${type}"
      ${attribute('value', type === 'password' ? null : form.values[name])}
      ${attribute('inputmode', options.inputmode)}
      ${attribute('list', options.list)}
      ${
        type === 'password' || type === 'email'
          ? html`autocapitalize="none" spellcheck="false"`
          : null
      }
    />`,
  )
}

/** The same for more than one line of text. */
export function textArea<Name extends string>(
  form: FormState<Name>,
  name: Name,
  options: FieldOptions,
): SafeHtml {
  // The line break after the tag is the one that HTML drops: a first empty line stays as typed.
  return frame(
    form,
    name,
    options,
    html`<textarea ${controlAttributes(form, name, options)} rows="5">
${form.values[name]}</textarea>`,
  )
}

/** A box to tick, `on` when it is. */
export function checkbox({
  name,
  label,
  hint,
  checked,
}: {
  name: string
  label: string
  hint?: string
  checked: boolean
}): SafeHtml {
  const id = fieldId(name)
  return html`<div class="field-check">
    <input
      type="checkbox"
      id="${id}"
      name="${name}"
      ${checked ? html`checked` : null}
      ${hint ? html`aria-describedby="${id}-hint"` : null}
    />
    <label for="${id}">${label}</label>
    ${hint ? html`<p class="hint" id="${id}-hint">${hint}</p>` : null}
  </div>`
}

/**
 * Above a form that is wrong: how much is wrong, with a link to each field. It has the focus when the page
 * opens, so that it is read first, and the next Tab leads on from there.
 *
 * @param fields The fields of the form, in whose order their errors are told
 * @param wayOut What else there is to do about it
 */
export function errorSummary(
  form: FormState<string>,
  fields: SafeHtml,
  wayOut?: SafeHtml | null,
): SafeHtml | null {
  const markup = String(fields)
  const placeOf = (name: string) => markup.indexOf(`id="${fieldId(name)}"`)
  const errors = Object.entries(form.errors)
    .filter(([, message]) => message !== undefined)
    .toSorted(([one], [other]) => placeOf(one) - placeOf(other))
  if (errors.length === 0) return null
  return html`<div class="error-summary" role="alert" tabindex="-1" autofocus>
    ${alertIcon}
    <div>
      <h2>Please check ${plural(errors.length, 'field')}</h2>
      <ul>
        ${errors.map(
          ([name, message]) => html`<li><a href="#${fieldId(name)}">${message}</a></li>`,
        )}
      </ul>
      ${wayOut}
    </div>
  </div>`
}

function frame<Name extends string>(
  form: FormState<Name>,
  name: Name,
  { label, hint, optional }: FieldOptions,
  control: SafeHtml,
): SafeHtml {
  const id = fieldId(name)
  const error = form.errors[name]
  return html`<div class="field">
    <label for="${id}">
      ${label}${optional ? html` <span class="optional">optional</span>` : null}
    </label>
    ${hint ? html`<p class="hint" id="${id}-hint">${withIsolated(hint)}</p>` : null} ${control}
    ${error ? html`<p class="field-error" id="${id}-error">${error}</p>` : null}
  </div>`
}

function controlAttributes<Name extends string>(
  form: FormState<Name>,
  name: Name,
  options: FieldOptions,
): SafeHtml {
  const id = fieldId(name)
  const error = form.errors[name]
  const describedBy = [error ? `${id}-error` : null, options.hint ? `${id}-hint` : null]
    .filter((part) => part !== null)
    .join(' ')
  return html`id="${id}" name="${name}" dir="auto"
  ${attribute('autocomplete', options.autocomplete)} ${attribute('minlength', options.minlength)}
  ${attribute('maxlength', options.maxlength)} ${options.optional ? null : html`required`}
  ${options.autofocus ? html`autofocus` : null} ${error ? html`aria-invalid="true"` : null}
  ${describedBy ? html`aria-describedby="${describedBy}"` : null}`
}

function attribute(name: string, value: string | number | null | undefined): SafeHtml | null {
  return value === null || value === undefined ? null : html`${name}="${value}"`
}

/** The title of a page whose form may be wrong. */
export function formTitle(title: string, form: FormState<string>): string {
  return isWrong(form) ? errorTitle(title) : title
}

/** The title of a page on which something went wrong, so that a screen reader hears it first. */
export function errorTitle(title: string): string {
  return title.startsWith('Error: ') ? title : `Error: ${title}`
}

export function isWrong({ errors }: FormState<string>): boolean {
  return Object.values(errors).some((message) => message !== undefined)
}
