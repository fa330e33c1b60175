import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { pagination } from './pagination.ts'

const href = (page: number) => `/books?page=${page}`

function texts(page: number, pageCount: number): string {
  const markup = String(pagination({ page, pageCount, href }))
  return [...markup.matchAll(/<(?:a|li class)[^>]*>([^<]+)</g)].map(([, text]) => text).join(' ')
}

describe('pagination', () => {
  it('is not there for a single page', () => {
    assert.equal(pagination({ page: 1, pageCount: 1, href }), null)
    assert.equal(pagination({ page: 1, pageCount: 0, href }), null)
  })

  it('leads to the neighbours, the first and the last page', () => {
    assert.equal(texts(1, 3), '1 2 3 Next')
    assert.equal(texts(2, 3), 'Previous 1 2 3 Next')
    assert.equal(texts(6, 12), 'Previous 1 … 5 6 7 … 12 Next')
    assert.equal(texts(12, 12), 'Previous 1 … 11 12')
  })

  it('marks the page that is shown', () => {
    const markup = String(pagination({ page: 2, pageCount: 3, href }))
    assert.match(markup, /href="\/books\?page=2"\s+aria-label="Page 2"\s+aria-current="page"/)
    assert.equal(markup.match(/aria-current/g)?.length, 1)
  })
})
