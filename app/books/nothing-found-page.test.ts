import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'

import { hostileText, skeleton, testShell } from '../ui/testing-markup.ts'
import { nothingFoundPage, type NothingFoundPageProps } from './nothing-found-page.ts'

function page(props: Partial<NothingFoundPageProps> = {}): string {
  return String(
    nothingFoundPage({
      shell: testShell(),
      genres: ['Fiction', 'Poetry'],
      q: '',
      genre: '',
      words: [],
      ...props,
    }),
  )
}

describe('the page of an empty list', () => {
  it('leads to the words that are in books, and to every genre', () => {
    const markup = page({ q: 'war zzz', words: [{ word: 'war', total: 1 }] })
    assert.match(markup, /We do not have that one/)
    assert.match(markup, /href="\/books\?q=war">war<\/a> \(1 book\)/)
    for (const genre of ['Fiction', 'Poetry']) assert.ok(markup.includes(`>${genre}</a></li>`))
    assert.doesNotMatch(page({ q: 'zzz' }), /Some of the words/)
  })

  it('tells a genre without a match from one that there is not', () => {
    assert.match(page({ q: 'a', genre: 'Poetry' }), /Nothing on this shelf.*href="\/books\?q=a"/s)
    assert.match(page({ q: 'a', genre: 'Nope' }), /There is no such shelf/)
  })

  it('asks nobody of an empty shop to search on', () => {
    for (const props of [{}, { q: 'a' }, { genre: 'Poetry' }]) {
      assert.match(page({ ...props, genres: [] }), /The shelves are empty/)
    }
  })

  it('escapes search, genre and words', () => {
    for (const genres of [[], ['Fiction'], ['Fiction', '!text']]) {
      const pageWith = (text: string) =>
        page({ genres, q: `?${text}`, words: [{ word: text, total: 1 }] }) +
        page({ genres, genre: `!${text}` })
      const expected = skeleton(pageWith('other'))
      fc.assert(fc.property(hostileText, (text) => skeleton(pageWith(text)) === expected))
    }
  })
})
