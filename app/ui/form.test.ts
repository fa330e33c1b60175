import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { html, type SafeHtml } from '@remix-run/html-template'
import * as fc from 'fast-check'

import { checkbox, errorSummary, field, fieldId, formTitle, textArea } from './form.ts'
import { hostileText, skeleton } from './testing-markup.ts'

const wrong = {
  values: { email: 'rosa', password: 'secret' },
  errors: { email: 'No address.', password: 'Too short.' },
}
const fine = { values: { email: 'rosa@example.com' }, errors: {} }

function fieldOf(text: string): SafeHtml {
  const form = { values: { name: text }, errors: { name: `!${text}` } }
  return field(form, 'name', { label: text, hint: `?${text}` })
}

function textAreaOf(text: string): SafeHtml {
  return textArea({ values: { text }, errors: {} }, 'text', { label: 'Text' })
}

describe('field', () => {
  it('ties its error and its hint to the input', () => {
    const markup = String(field(wrong, 'email', { label: 'E-mail', hint: 'Like a@b.c' }))
    assert.match(markup, /<label for="field-email">/)
    assert.match(markup, /aria-invalid="true"/)
    assert.match(markup, /aria-describedby="field-email-error field-email-hint"/)
    assert.match(markup, /id="field-email-error">No address\.</)
    assert.match(markup, /id="field-email-hint">Like a@b\.c</)
  })

  it('says nothing of errors when it is right', () => {
    const markup = String(field(fine, 'email', { label: 'E-mail' }))
    assert.doesNotMatch(markup, /aria-|error/)
    assert.match(markup, /value="rosa@example\.com"/)
  })

  it('never shows a password again', () => {
    const markup = String(field(wrong, 'password', { label: 'Password', type: 'password' }))
    assert.doesNotMatch(markup, /secret|value=/)
  })

  it('is required unless it is optional', () => {
    assert.match(String(field(fine, 'email', { label: 'E-mail' })), /\srequired\s/)
    const optional = String(field(fine, 'email', { label: 'E-mail', optional: true }))
    assert.doesNotMatch(optional, /\srequired\s/)
  })

  it('escapes label, hint, value and error', () => {
    const expected = skeleton(fieldOf('text'))
    fc.assert(fc.property(hostileText, (text) => skeleton(fieldOf(text)) === expected))
  })
})

describe('textArea', () => {
  it('keeps an empty first line, which HTML would drop', () => {
    const markup = String(textAreaOf('\nsecond'))
    assert.match(markup, /<textarea[^>]*>\n\nsecond<\/textarea>/)
  })

  it('escapes its value', () => {
    const expected = skeleton(textAreaOf('text'))
    fc.assert(fc.property(hostileText, (text) => skeleton(textAreaOf(text)) === expected))
  })
})

describe('checkbox', () => {
  it('is ticked only when it is to be', () => {
    assert.match(String(checkbox({ name: 'a', label: 'A', checked: true })), /\schecked\s/)
    assert.doesNotMatch(String(checkbox({ name: 'a', label: 'A', checked: false })), /checked/)
  })
})

describe('errorSummary', () => {
  it('leads to each field that is wrong', () => {
    const markup = String(errorSummary(wrong, html``))
    assert.match(markup, /role="alert"/)
    assert.match(markup, /Please check 2 fields/)
    for (const name of ['email', 'password'] as const) {
      assert.match(markup, new RegExp(`href="#${fieldId(name)}"`))
      const input = String(field(wrong, name, { label: name }))
      assert.match(input, new RegExp(`id="${fieldId(name)}"`))
    }
  })

  it('tells what is wrong in the order of the fields', () => {
    const fields = html`${field(wrong, 'password', { label: 'Password' })}
    ${field(wrong, 'email', { label: 'E-mail' })}`
    const names = String(errorSummary(wrong, fields)).match(/(?<=#field-)\w+/g)
    assert.deepEqual(names, ['password', 'email'])
  })

  it('is not there when nothing is wrong', () => {
    assert.equal(errorSummary(fine, html``), null)
    assert.equal(errorSummary({ values: {}, errors: { email: undefined } }, html``), null)
  })
})

describe('formTitle', () => {
  it('begins with the error, so that it is heard first', () => {
    assert.equal(formTitle('Log in', wrong), 'Error: Log in')
    assert.equal(formTitle('Log in', fine), 'Log in')
    assert.equal(formTitle('Log in', { values: {}, errors: { email: undefined } }), 'Log in')
  })
})
