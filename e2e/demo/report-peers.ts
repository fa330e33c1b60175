import { readFileSync } from 'node:fs'
import path from 'node:path'
import { html, type SafeHtml } from '@remix-run/html-template'
import { joinStylesheet } from '../../app/assets/stylesheet.ts'

/** What `npm run compare` found when it was run last, which needs the network, unlike this page. */
const resultFile = path.join(import.meta.dirname, '../../session/compare/result.json')

interface Result {
  date: string
  node: string
  packages: Record<string, string>
  promises: string[]
  rows: { name: string; cells: string[] }[]
}

/** The page that the report links to: this session library beside others. */
export function renderPeers(): string {
  const { date, node, packages, promises, rows } = JSON.parse(
    readFileSync(resultFile, 'utf8'),
  ) as Result
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`)
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>The same promises, by other libraries</title>
        <style>
          ${html.raw`${joinStylesheet(path.join(import.meta.dirname, 'report.css'))}`}
        </style>
      </head>
      <body>
        <header class="masthead">
          <h1>The same promises, by other libraries</h1>
          <p>
            Each library answered the same requests on ${date}, with Node ${node}. Below the name of
            each is the command that shows it.
          </p>
        </header>
        <main>
          <section class="comparison comparison-wide">
            <h2>At a glance</h2>
            <div class="scroll" role="region" aria-label="Comparison" tabindex="0">
              <table>
                <thead>
                  <tr>
                    <td></td>
                    ${promises.map((promise) => html`<th scope="col">${promise}</th>`)}
                  </tr>
                </thead>
                <tbody>
                  ${rows.map(row)}
                </tbody>
              </table>
            </div>
            <p class="note">
              “Cannot” is no fault: it needs a store, and here the whole session is in the cookie. A
              dash is what a library does not have, or has no room for, or what ends with the
              process. Reading while another writes, and crashes, are a matter of chance: a “no” was
              seen, a “yes” is that it was not.
            </p>
            <p class="note">${versions.join(', ')}.</p>
          </section>
        </main>
        <footer>
          <p><a href="index.html">Where a session lives</a></p>
        </footer>
      </body>
    </html>`
  return String(page)
}

function row({ name, cells }: Result['rows'][number]): SafeHtml {
  return html`<tr>
    <th scope="row">${name} <code>npm run compare -- '${name}'</code></th>
    ${cells.map((cell) => html`<td>${words[cell] ?? cell}</td>`)}
  </tr>`
}

const words: Record<string, SafeHtml> = {
  yes: html`<strong class="good">yes</strong>`,
  '**no**': html`<strong class="bad">no</strong>`,
}
