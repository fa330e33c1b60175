import path from 'node:path'
import { html, type SafeHtml } from '@remix-run/html-template'
import { joinStylesheet } from '../../app/assets/stylesheet.ts'
import { comparison } from './report-comparison.ts'
import { sceneColumn } from './report-scene.ts'
import { serversSection } from './report-servers.ts'
import type { ServersChapter } from './servers-story.ts'
import { chapters } from './chapters.ts'
import type { Play } from './story.ts'
import { judge } from './verdict.ts'
import { storageWords } from './words.ts'

/** One page without any other file: styles and pictures are in it. */
export function renderReport(plays: Play[], madeAt: Date): string {
  const styles = ['report.css', 'report-servers.css']
    .map((name) => joinStylesheet(path.join(import.meta.dirname, name)))
    .join('\n')
  const servers = plays.find((play) => play.servers)?.servers ?? []
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Where a session lives</title>
        <style>
          ${html.raw`${styles}`}
        </style>
      </head>
      <body data-columns="${plays.length}">
        <header class="masthead">
          <h1>Where a session lives</h1>
          <p>
            The same visitor in the same shop on the same code: only <code>SESSION_STORAGE</code>
            differs. What follows was seen in a real browser on
            ${madeAt.toISOString().slice(0, 10)}, in the answers of the shop and in its store.
          </p>
        </header>
        <main>
          ${comparison(plays)} ${contents(servers)}
          <div>
            <div class="names" aria-hidden="true">
              ${plays.map(({ storage }) => html`<p>${storageWords[storage].name}</p>`)}
            </div>
            ${chapters.map((chapter, index) => chapterSection(chapter, index, plays))}
          </div>
          ${servers.length > 0 ? serversSection(servers, chapters.length) : null}
        </main>
        <footer>
          <p>
            Made by <code>npm run demo</code>. Beside it:
            <a href="comparison.html">the same promises, by other libraries</a>.
          </p>
        </footer>
      </body>
    </html>`
  return String(page)
}

function contents(servers: ServersChapter[]): SafeHtml {
  return html`<nav aria-label="Chapters">
    <h2>The story</h2>
    <ol>
      ${[...chapters, ...servers].map(({ key, title }) => html`<li><a href="#${key}">${title}</a></li>`)}
    </ol>
  </nav>`
}

function chapterSection(
  { key, title, text }: (typeof chapters)[number],
  index: number,
  plays: Play[],
): SafeHtml {
  return html`<section class="chapter" id="${key}">
    <h2><span>${index + 1}</span> ${title}</h2>
    <p class="lead">${text}</p>
    <div class="columns">
      ${plays.map(({ storage, scenes }) => {
        const { name } = storageWords[storage]
        const verdict = judge(storage, key, scenes[key])
        return sceneColumn(name, `${storage}-${key}`, storage, scenes[key], verdict)
      })}
    </div>
  </section>`
}
