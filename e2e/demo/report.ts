import path from 'node:path'
import { html, type SafeHtml } from '@remix-run/html-template'
import { joinStylesheet } from '../../app/assets/stylesheet.ts'
import { comparison } from './report-comparison.ts'
import { stolenJarsSection } from './report-jars.ts'
import { sceneColumn } from './report-scene.ts'
import { anchorOf, serversSection } from './report-servers.ts'
import { chapters } from './chapters.ts'
import { aboutStolenJars } from './stolen-jars.ts'
import type { StolenJars } from './stolen-jars.ts'
import type { Play } from './story.ts'
import { judge } from './verdict.ts'
import { backendWords } from './words.ts'

interface ReportOptions {
  /** What was not played, and why. */
  leftOut?: string[]
  stolenJars?: StolenJars | undefined
}

/** One page without any other file: styles and pictures are in it. */
export function renderReport(
  plays: Play[],
  madeAt: Date,
  { leftOut = [], stolenJars }: ReportOptions = {},
): string {
  const styles = ['report.css', 'report-servers.css', 'report-jars.css']
    .map((name) => joinStylesheet(path.join(import.meta.dirname, name)))
    .join('\n')
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
          ${leftOut.map((reason) => html`<p>${reason}</p>`)}
        </header>
        <main>
          ${comparison(plays)} ${contents(plays, stolenJars)}
          <div>
            <div class="names" aria-hidden="true">
              ${plays.map(({ backend }) => html`<p>${backendWords[backend].name}</p>`)}
            </div>
            ${chapters.map((chapter, index) => chapterSection(chapter, index, plays))}
          </div>
          ${severalServers(plays)}
          ${stolenJars && stolenJarsSection(stolenJars, countChapters(plays) + 1)}
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

function severalServers(plays: Play[]): SafeHtml[] {
  let before: number = chapters.length
  return plays.flatMap(({ backend, servers }) => {
    if (!servers) return []
    const section = serversSection(backend, servers, before)
    before += servers.chapters.length
    return section
  })
}

function countChapters(plays: Play[]): number {
  return plays.reduce<number>(
    (sum, { servers }) => sum + (servers?.chapters.length ?? 0),
    chapters.length,
  )
}

function contents(plays: Play[], stolenJars: StolenJars | undefined): SafeHtml {
  const ofServers = plays.flatMap(({ backend, servers }) =>
    (servers?.chapters ?? []).map((chapter) => {
      const title = `${backendWords[backend].name}: ${chapter.title}`
      return { key: anchorOf(backend, chapter), title }
    }),
  )
  const ofJars = stolenJars ? [aboutStolenJars(stolenJars)] : []
  return html`<nav aria-label="Chapters">
    <h2>The story</h2>
    <ol>
      ${[...chapters, ...ofServers, ...ofJars].map(({ key, title }) => html`<li><a href="#${key}">${title}</a></li>`)}
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
      ${plays.map(({ backend, scenes }) => {
        const { name } = backendWords[backend]
        const verdict = judge(backend, key, scenes[key])
        return sceneColumn(name, `${backend}-${key}`, backend, scenes[key], verdict)
      })}
    </div>
  </section>`
}
