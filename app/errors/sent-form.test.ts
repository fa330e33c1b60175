import assert from 'node:assert/strict'
import { it } from 'node:test'
import { RequestContext } from 'remix/fetch-router'
import { retryHref, sentForm } from './sent-form.ts'

function posted(url: string, fields: [string, string][], method = 'POST') {
  const context = new RequestContext(new Request(url, { method }))
  const form = new FormData()
  for (const [name, value] of fields) form.append(name, value)
  context.set(FormData, form)
  return context
}

function asked(url: string, method = 'GET') {
  return new RequestContext(new Request(url, { method }))
}

it('keeps every field of a form that may be sent again, and of passwords the name alone', () => {
  const context = posted('https://shop.example/register?from=cart', [
    ['name', '<Ann>'],
    ['tag', 'one'],
    ['tag', 'two'],
    ['password', 'secret'],
    ['newPassword', 'secret'],
  ])
  for (const status of [409, 429, 503]) {
    assert.deepEqual(sentForm(context, status), {
      action: '/register?from=cart',
      fields: [
        ['name', '<Ann>'],
        ['tag', 'one'],
        ['tag', 'two'],
      ],
      secrets: ['password', 'newPassword'],
    })
  }
})

it('keeps nothing of what will never be taken, was no form or could go to another host', () => {
  const fields: [string, string][] = [['name', 'Ann']]
  for (const status of [400, 403, 404, 413, 422, 500]) {
    assert.equal(sentForm(posted('https://shop.example/register', fields), status), undefined)
  }
  assert.equal(sentForm(posted('https://shop.example/register', [], 'GET'), 503), undefined)
  assert.equal(sentForm(posted('https://shop.example//evil.test/', fields), 503), undefined)
  const early = new RequestContext(new Request('https://shop.example/login', { method: 'POST' }))
  assert.equal(sentForm(early, 503), undefined)
})

it('leads to a page again that may be shown the next time, and to no other site', () => {
  const page = asked('https://shop.example/books?q=%22%3E&page=2')
  for (const status of [429, 500, 503]) {
    assert.equal(retryHref(page, status), '/books?q=%22%3E&page=2')
  }
  for (const status of [400, 403, 404, 405]) assert.equal(retryHref(page, status), undefined)
  for (const path of ['//evil.test/', '/\\evil.test/', '/.//evil.test/']) {
    assert.equal(retryHref(asked(`https://shop.example${path}`), 503), undefined, path)
  }
  assert.equal(retryHref(asked('https://shop.example/cart', 'POST'), 500), undefined)
})
