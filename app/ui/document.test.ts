import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { html, type SafeHtml } from '@remix-run/html-template'
import * as fc from 'fast-check'

import { document } from './document.ts'
import type { Shell } from './shell.ts'
import { hostileText, skeleton, testShell } from './testing-markup.ts'

function page(shell: Partial<Shell> = {}, title = 'Title'): string {
  return String(document({ title, shell: testShell(shell), main: html`<h1>Main</h1>` }))
}

function shellWith(text: string): Partial<Shell> {
  return {
    notices: [
      { kind: 'notice', text },
      { kind: 'error', text },
    ],
  }
}

function twoParts(name: string): SafeHtml[] {
  return [html`<i>${name}</i>`, html`<b>${name}</b>`]
}

describe('document', () => {
  it('puts the parts of the features into their places', () => {
    const parts = {
      account: twoParts('account'),
      masthead: twoParts('masthead'),
      navigation: twoParts('navigation'),
      footer: twoParts('footer'),
      mailSent: [],
    }
    assert.match(
      page({ parts }),
      new RegExp(
        [
          '<nav class="account-nav"[^>]*><i>account</i><b>account</b></nav>',
          '<i>masthead</i><b>masthead</b>',
          '<i>navigation</i><b>navigation</b>\\s*</header>',
          '<li><i>footer</i></li><li><b>footer</b></li>',
        ].join('.*'),
        's',
      ),
    )
  })

  it('announces notices politely and errors at once, and the first error has the focus', () => {
    const markup = page({
      notices: [
        { kind: 'notice', text: 'Saved.' },
        { kind: 'error', text: 'Refused.' },
        { kind: 'error', text: 'Twice.' },
      ],
    })
    assert.match(markup, /role="status">.*<span>Saved\.<\/span>/s)
    assert.match(markup, /role="alert"\s+tabindex="-1"\s+autofocus\s*>.*<span>Refused\.<\/span>/s)
    assert.equal(markup.match(/autofocus/g)!.length, 1)
    assert.doesNotMatch(page(), /role="(?:status|alert)"/)
  })

  it('puts the panel behind everything else, and its styles into the head', () => {
    const panel = { head: html`<link href="/panel.css" />`, body: html`<aside>Panel</aside>` }
    const markup = page({ panel })
    assert.match(markup, /<\/footer>\s*<aside>Panel<\/aside>/)
    assert.match(markup, /panel\.css" \/>\s*<\/head>/)
  })

  it('escapes every value', () => {
    const expected = skeleton(page(shellWith('text'), 'text'))
    fc.assert(
      fc.property(hostileText, (text) => {
        assert.equal(skeleton(page(shellWith(text), text)), expected)
      }),
    )
  })

  it('needs nothing that the content security policy forbids', () => {
    const markup = page({ notices: [{ kind: 'error', text: 'No.' }] })
    assert.doesNotMatch(
      markup,
      /\sstyle=|\son\w+=|<style|<script(?![^>]* src="\/| type="application\/ld\+json")|https?:/,
    )
  })
})
