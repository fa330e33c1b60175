import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { plural } from '../ui/words.ts'
import { shortId } from './operations.ts'
import {
  changeSection,
  cookieMeter,
  dataTable,
  deadline,
  none,
  operationList,
  storageNames,
  storeEntry,
} from './session-parts.ts'
import type { SessionView } from './session-view.ts'

/** The end of every page outside production: closed, one line that tells the most; open, the rest. */
export function sessionPanel(view: SessionView): SafeHtml {
  const { id, previousId, flash } = view
  const [lastChange] = view.changes
  return html`<aside class="inspector" aria-label="Session inspector">
    <details class="inspector-panel">
      <summary>
        <span class="inspector-title">Session</span>
        ${summaryFacts(view).map((fact) => html`<span>${fact}</span>`)}
      </summary>
      <div class="inspector-columns">
        <section>
          <h2>What it is</h2>
          <dl class="inspector-facts">
            <div>
              <dt>Kept in</dt>
              <dd>${storageNames[view.storage]}</dd>
            </div>
            <div>
              <dt>Id</dt>
              <dd>${id === null ? none : html`<code>${shortId(id)}…</code>`}</dd>
            </div>
            ${
              previousId === undefined
                ? null
                : html`<div>
                    <dt>Before login</dt>
                    <dd><code>${previousId}…</code></dd>
                  </div>`
            }
            <div>
              <dt>Ends if unused</dt>
              <dd>${deadline(view.idleLimitAt)}</dd>
            </div>
            <div>
              <dt>Ends in any case</dt>
              <dd>${deadline(view.absoluteLimitAt)}</dd>
            </div>
          </dl>
          <h2>Cookie</h2>
          ${cookieMeter(view)}
        </section>
        <section>
          <h2>What it holds</h2>
          ${dataTable(view)}
          ${
            flash.length === 0
              ? null
              : html`<p>A flash stays until a page reads it; this panel does not.</p>`
          }
          <details>
            <summary>In the store</summary>
            ${storeEntry(view)}
          </details>
        </section>
        <section>
          <h2>What this request did</h2>
          ${operationList(view.operations)}
          <p>Then, with the response: ${view.next}.</p>
        </section>
        ${
          lastChange
            ? html`<section>
                <h2>The last change before</h2>
                ${changeSection(lastChange)}
              </section>`
            : null
        }
      </div>
      <p class="inspector-more">
        <a href="${routes.development.session.href()}">Everything about this session</a>
      </p>
    </details>
  </aside>`
}

function summaryFacts({ id, storage, data, flash, cookie }: SessionView): string[] {
  if (id === null) return [storageNames[storage], 'no session']
  const values = Object.keys(data).length - flash.length
  return [
    storageNames[storage],
    shortId(id),
    plural(values, 'value'),
    ...(flash.length > 0 ? [plural(flash.length, 'flash', 'flashes')] : []),
    `${cookie.bytes} bytes of cookie`,
  ]
}
