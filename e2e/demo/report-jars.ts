import { html, type SafeHtml } from '@remix-run/html-template'
import { verdictBox } from './report-scene.ts'
import { aboutStolenJars, fates } from './stolen-jars.ts'
import type { StolenJars } from './stolen-jars.ts'
import { judgeStolenJars } from './verdict-jars.ts'

/** A bound login and an unbound one, side by side. */
export function stolenJarsSection(jars: StolenJars, number: number): SafeHtml {
  const { key, title, text } = aboutStolenJars(jars)
  return html`<div class="several">
    <section class="chapter" id="${key}">
      <h2><span>${number}</span> ${title}</h2>
      <p class="lead">${text}</p>
      ${verdictBox(judgeStolenJars(jars))}
      <table class="fates">
        <thead>
          <tr>
            <td></td>
            <th scope="col">Bound login</th>
            <th scope="col">Unbound login</th>
          </tr>
        </thead>
        <tbody>
          ${fates(jars).map(
            ({ moment, bound, unbound }) =>
              html`<tr>
                <th scope="row">${moment}</th>
                <td>${bound}</td>
                <td>${unbound}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      <div class="columns" data-columns="2">
        ${pictures('Bound login', jars.bound)} ${pictures('Unbound login', jars.unbound)}
      </div>
    </section>
  </div>`
}

function pictures(title: string, { pictures }: StolenJars['bound']): SafeHtml {
  return html`<article>
    <h3>${title}</h3>
    <div>
      <h4>The thief's page in the end</h4>
      ${picture(`${title}: what the thief sees`, pictures.thief)}
    </div>
    <div>
      <h4>The owner's page in the end</h4>
      ${picture(`${title}: what the owner sees`, pictures.owner)}
    </div>
  </article>`
}

function picture(text: string, jpeg: string): SafeHtml {
  const source = `data:image/jpeg;base64,${jpeg}`
  return html`<p class="picture">
    <img src="${source}" alt="${text}" width="1100" height="760" />
  </p>`
}
