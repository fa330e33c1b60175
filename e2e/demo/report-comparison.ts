import { html, type SafeHtml } from '@remix-run/html-template'
import type { Play } from './story.ts'
import { shortName } from './store.ts'
import { judge } from './verdict.ts'
import { backendWords } from './words.ts'

/** The whole comparison on one screen; what the story measured is marked. */
export function comparison(plays: Play[]): SafeHtml {
  return html`<section class="comparison">
    <h2>At a glance</h2>
    <div class="scroll" role="region" aria-label="Comparison" tabindex="0">
      <table>
        <thead>
          <tr>
            <td></td>
            ${plays.map(
              ({ backend }) =>
                html`<th scope="col">
                  ${backendWords[backend].name}
                  <code>${breakable(backendWords[backend].settings)}</code>
                </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ title, measured, cell }) =>
              html`<tr>
                <th scope="row">
                  ${title} ${measured ? html`<span class="measured">seen</span>` : null}
                </th>
                ${plays.map((play) => html`<td>${cell(play)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="note">
      <span class="measured">seen</span> Measured in this run; the rest is how the storage works.
    </p>
  </section>`
}

/** A setting is too long for some columns, and readable where it breaks before its value. */
function breakable(settings: string): SafeHtml[] {
  return settings.split(/(?<==)/).map((part) => html`${part}<wbr />`)
}

interface Row {
  title: string
  measured?: true
  cell(play: Play): SafeHtml | SafeHtml[] | string
}

const rows: Row[] = [
  { title: 'Where it is', cell: ({ backend }) => backendWords[backend].where },
  { title: 'What the cookie is', cell: ({ backend }) => backendWords[backend].cookieIs },
  { title: 'Cookie, in bytes', measured: true, cell: cookieSizes },
  {
    title: 'Id before and after the login',
    measured: true,
    cell: ({ scenes }) =>
      html`<code>${shortName(scenes.wrong.session.id ?? '')}</code> →
        <code>${shortName(scenes.login.session.id ?? '')}</code>`,
  },
  {
    title: 'Id after the password, the code, and a later proof',
    measured: true,
    cell: ({ scenes: { pending, code, confirm } }) =>
      [pending, code, confirm].map(
        ({ session }, index) =>
          html`${index > 0 ? '→ ' : null}<code>${shortName(session.id ?? '')}</code> `,
      ),
  },
  { title: 'After a restart', measured: true, cell: (play) => verdict(play, 'restart') },
  {
    title: 'A stolen cookie, after the logout',
    measured: true,
    cell: (play) => verdict(play, 'stolen'),
  },
  { title: 'Two requests at once', cell: ({ backend }) => backendWords[backend].twoAtOnce },
  { title: 'Room for', cell: ({ backend }) => backendWords[backend].limit },
  { title: 'Choose it when', cell: ({ backend }) => backendWords[backend].chooseWhen },
  { title: 'Code', cell: ({ backend }) => html`<code>${backendWords[backend].code}</code>` },
]

function cookieSizes({ scenes }: Play): SafeHtml {
  const steps = [
    ['with a book', scenes.cart],
    ['logged in', scenes.login],
    ['after the order', scenes.order],
  ] as const
  return html`<dl class="sizes">
    ${steps.map(([label, { jar }]) => {
      const bytes = jar?.bytes ?? 0
      return html`<div>
        <dt>${label}</dt>
        <dd><meter min="0" max="512" value="${bytes}"></meter> ${bytes}</dd>
      </div>`
    })}
  </dl>`
}

function verdict({ backend, scenes }: Play, key: 'restart' | 'stolen'): SafeHtml {
  const { good, short, why } = judge(backend, key, scenes[key])!
  return html`<strong class="${good ? 'good' : 'bad'}">${short}</strong> ${why}`
}
