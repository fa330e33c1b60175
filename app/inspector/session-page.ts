import { html, type SafeHtml } from '@remix-run/html-template'

import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import {
  changeSection,
  cookieMeter,
  dataTable,
  deadline,
  inspectorAssets,
  moment,
  storageNames,
  storeEntry,
} from './session-parts.ts'
import type { SessionView } from './session-view.ts'

/** `GET /session`: everything there is to know of the visitor's own session. */
export function sessionPage({ shell, view }: { shell: Shell; view: SessionView }): SafeHtml {
  return document({
    title: 'Your session',
    shell,
    extra: inspectorAssets(shell.asset),
    main: html`<div class="wrap page inspector-page">
      <h1>Your session</h1>
      <p class="lead">
        For development: what the shop remembers of this browser. Looking at it changes nothing.
      </p>
      <div class="inspector-grid">
        <div>
          <section class="panel">
            <h2>What it is</h2>
            ${facts(view)}
          </section>
          <section class="panel">
            <h2>What it holds</h2>
            ${dataTable(view)}
          </section>
          <section class="panel">
            <h2>The cookie <code>${view.cookie.name}</code></h2>
            ${cookieMeter(view)}
            <p>${view.storage === 'cookie' ? wholeSession : idAlone}</p>
          </section>
        </div>
        <section class="panel">
          <h2>Recent changes, latest first</h2>
          ${
            view.changes.length === 0
              ? html`<p class="inspector-none">No changes seen by this process.</p>`
              : view.changes.map(changeSection)
          }
        </section>
        <section class="panel inspector-wide">
          <h2>In the store</h2>
          ${storeEntry(view)}
        </section>
      </div>
      <p class="hint">
        The same as JSON: ask for this address with <code>Accept: application/json</code>.
      </p>
    </div>`,
  })
}

function facts({ storage, id, previousId, ...view }: SessionView): SafeHtml {
  return html`<dl class="inspector-facts">
    <div>
      <dt>Kept in</dt>
      <dd>${storageNames[storage]} <code>SESSION_STORAGE=${storage}</code></dd>
    </div>
    <div>
      <dt>Id</dt>
      <dd>
        ${
          id === null
            ? html`<span class="inspector-none">none, because there is nothing to keep</span>`
            : html`<code>${id}</code>`
        }
      </dd>
    </div>
    <div>
      <dt>Before login</dt>
      <dd>
        ${
          previousId === undefined
            ? html`<span class="inspector-none">no other that this process has seen</span>`
            : html`<code>${previousId}…</code>`
        }
      </dd>
    </div>
    <div>
      <dt>Began</dt>
      <dd>${moment(view.createdAt)}</dd>
    </div>
    <div>
      <dt>Ends if unused</dt>
      <dd>${deadline(view.idleLimitAt)}</dd>
    </div>
    <div>
      <dt>Ends in any case</dt>
      <dd>${deadline(view.absoluteLimitAt)}</dd>
    </div>
  </dl>`
}

const wholeSession = 'The whole session, encrypted. It grows with what is put into the session.'
const idAlone = 'The id and a signature. It stays this small whatever the session holds.'
