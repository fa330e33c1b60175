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
    assert.equal(texts(12, 12), 'Previous 1 … 8 9 10 11 12')
  })

  it('hides nothing for which there is room, and never a single page', () => {
    assert.equal(texts(1, 7), '1 2 3 4 5 6 7 Next')
    assert.equal(texts(1, 8), '1 2 3 4 5 … 8 Next')
    assert.equal(texts(4, 8), 'Previous 1 2 3 4 5 … 8 Next')
    assert.equal(texts(5, 8), 'Previous 1 … 4 5 6 7 8 Next')
    assert.equal(texts(5, 9), 'Previous 1 … 4 5 6 … 9 Next')
    for (let pageCount = 2; pageCount < 20; pageCount++) {
      for (let page = 1; page <= pageCount; page++) {
        const numbers = texts(page, pageCount).replace('Previous ', '').replace(' Next', '')
        assert.equal(numbers.split(' ').length, Math.min(pageCount, 7))
        for (const [, before, after] of numbers.matchAll(/(\d+) … (?=(\d+))/g)) {
          assert.ok(Number(after) - Number(before) > 2, numbers)
        }
        for (const near of [page - 1, page, page + 1]) {
          if (near >= 1 && near <= pageCount) assert.ok(numbers.split(' ').includes(`${near}`))
        }
      }
    }
  })

  it('marks the page that is shown', () => {
    const markup = String(pagination({ page: 2, pageCount: 3, href }))
    assert.match(markup, /href="\/books\?page=2"\s+aria-label="Page 2"\s+aria-current="page"/)
    assert.equal(markup.match(/aria-current/g)?.length, 1)
  })
})
