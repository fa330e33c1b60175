import { html, type SafeHtml } from '@remix-run/html-template'

import type { AssetHref } from '../assets/public-files.ts'
import { secondTag } from '../ui/time.ts'
import type { Change } from './history.ts'
import type { Operation } from './operations.ts'
import type { SessionView } from './session-view.ts'

// What the page and the panel both show.

/** The stylesheet and the script that only these parts need. */
export function inspectorAssets(asset: AssetHref): SafeHtml {
  return html`<link rel="stylesheet" href="${asset('/inspector.css')}" />
    <script type="module" src="${asset('/inspector.js')}" blocking="render"></script>`
}

export const storageNames = {
  cookie: 'encrypted cookie',
  fs: 'files',
  memory: 'memory',
  redis: 'Redis',
  database: 'database',
}

export const none = html`<span class="inspector-none">none</span>`

export function moment(time: number | null): SafeHtml {
  return time === null ? none : secondTag(new Date(time))
}

/** A moment to come, and room for the script's countdown beside it. */
export function deadline(time: number | null): SafeHtml {
  if (time === null) return none
  const iso = new Date(time).toISOString()
  return html`${moment(time)} <span class="inspector-countdown" data-until="${iso}"></span>`
}

/** Keys and values; a flash is marked. */
export function dataTable({ data, flash }: SessionView): SafeHtml {
  const keys = Object.keys(data)
  if (keys.length === 0) return html`<p class="inspector-none">Nothing.</p>`
  return html`<dl class="inspector-data">
    ${keys.map(
      (key) =>
        html`<div>
          <dt>
            <code>${key}</code>
            ${flash.includes(key) ? html`<span class="inspector-flash">flash, unread</span>` : null}
          </dt>
          <dd><code>${JSON.stringify(data[key])}</code></dd>
        </div>`,
    )}
  </dl>`
}

export function cookieMeter({ cookie }: SessionView): SafeHtml {
  const { name, bytes, limit } = cookie
  const text =
    bytes === 0 ? 'The browser sent none.' : `${bytes} of ${limit} bytes, name and value together`
  return html`<meter
      class="inspector-meter"
      min="0"
      max="${limit}"
      high="${Math.round(limit * 0.8)}"
      optimum="0"
      value="${bytes}"
      aria-label="Size of the cookie ${name}"
    >
      ${bytes} of ${limit} bytes
    </meter>
    <p>${text}</p>`
}

/** Where the store keeps it, and what is there. */
export function storeEntry({ entry }: SessionView): SafeHtml {
  if (!entry) return html`<p class="inspector-none">Nothing.</p>`
  return html`<p><code>${entry.place}</code></p>
    <pre class="inspector-record" tabindex="0">${JSON.stringify(entry.record, null, 2)}</pre>`
}

/** Calls of the session's methods in their order; the same one again and again is told once. */
export function operationList(operations: readonly Operation[]): SafeHtml {
  if (operations.length === 0) return html`<p class="inspector-none">Nothing.</p>`
  return html`<ol class="inspector-log">
    ${group(operations).map(
      ({ operation, count }) =>
        html`<li ${operation.changes ? html`class="inspector-change"` : null}>
          <code>${operation.method}(${operation.given})</code>
          ${count > 1 ? html`<span class="inspector-count">${count} times</span>` : null}
          ${operation.outcome ? html`<span>${operation.outcome}</span>` : null}
        </li>`,
    )}
  </ol>`
}

/** A request that changed the session, which is mostly the POST before a redirect. */
export function changeSection({ method, path, status, operations, setCookie }: Change): SafeHtml {
  return html`<div class="inspector-request">
    <p><code>${method} ${path}</code> answered ${status}:</p>
    ${operationList(operations)}
    <p>
      ${setCookie === undefined ? 'It sent no cookie.' : html`<code>Set-Cookie: ${setCookie}</code>`}
    </p>
  </div>`
}

function group(operations: readonly Operation[]): { operation: Operation; count: number }[] {
  const groups: { operation: Operation; count: number }[] = []
  for (const operation of operations) {
    const same = groups.find(
      (group) =>
        !operation.changes &&
        group.operation.method === operation.method &&
        group.operation.given === operation.given &&
        !group.operation.changes,
    )
    if (same) same.count++
    else groups.push({ operation, count: 1 })
  }
  return groups
}
